package main

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sortable is a field of a key, as it is compared.
type sortable struct {
	json   string
	kind   int
	number float64
	text   []uint16
}

// kinds come in this order, before numbers by value and texts by their UTF-16
// code units.
var kinds = []string{"null", "false", "true"}

var integerText = regexp.MustCompile(`^-?\d+$`)

func sortableOf(json string) sortable {
	if kind := slices.Index(kinds, json); kind >= 0 {
		return sortable{json: json, kind: kind}
	}
	if strings.HasPrefix(json, `"`) {
		return sortable{json: json, kind: len(kinds) + 1, text: utf16Units(json)}
	}
	number, _ := strconv.ParseFloat(json, 64)
	return sortable{json: json, kind: len(kinds), number: number}
}

func compareSortable(a, b sortable) int {
	return cmp.Or(
		cmp.Compare(a.kind, b.kind),
		slices.Compare(a.text, b.text),
		cmp.Compare(a.number, b.number),
		compareLong(a.json, b.json),
	)
}

// compareLong tells integers apart that are one double and yet not the same.
func compareLong(a, b string) int {
	if a == b || !integerText.MatchString(a) || !integerText.MatchString(b) {
		return 0
	}
	left, _ := new(big.Int).SetString(a, 10)
	right, _ := new(big.Int).SetString(b, 10)
	return left.Cmp(right)
}

// ordered puts groups into the order of the results: by window, then by one field
// of the key after the other; those that were too many come last.
func (a *aggregate) ordered(groups []*group) []*group {
	ordered := slices.Clone(groups)
	// The field that weighs least first: each pass keeps the order of the one before.
	for field := len(a.schema.GetKeys()) - 1; field >= 0; field-- {
		ranks := ranksOf(ordered, field)
		slices.SortStableFunc(ordered, func(a, b *group) int {
			return cmp.Compare(rankOf(ranks, a, field), rankOf(ranks, b, field))
		})
	}
	if a.schema.GetWindows() != nil {
		slices.SortStableFunc(ordered, func(a, b *group) int { return cmp.Compare(a.window, b.window) })
	}
	return ordered
}

// ranksOf gives each text that a field has its place among them.
func ranksOf(groups []*group, field int) map[string]int {
	ranks := map[string]int{}
	var distinct []sortable
	for _, group := range groups {
		if group.isOther {
			continue
		}
		if _, isKnown := ranks[group.key[field]]; !isKnown {
			ranks[group.key[field]] = 0
			distinct = append(distinct, sortableOf(group.key[field]))
		}
	}
	slices.SortStableFunc(distinct, compareSortable)
	for rank, each := range distinct {
		ranks[each.json] = rank
	}
	return ranks
}

func rankOf(ranks map[string]int, group *group, field int) int {
	if group.isOther {
		return len(ranks)
	}
	return ranks[group.key[field]]
}
