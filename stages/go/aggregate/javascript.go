package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// numberText writes a number as JavaScript's String() and JSON.stringify() do.
func numberText(number float64) string {
	switch {
	case math.IsNaN(number):
		return "NaN"
	case math.IsInf(number, 1):
		return "Infinity"
	case math.IsInf(number, -1):
		return "-Infinity"
	case number == 0:
		return "0"
	case number < 0:
		return "-" + numberText(-number)
	}
	// As "d.dde+xx", with as few digits as tell it from all other doubles.
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(number, 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	power, _ := strconv.Atoi(exponent)
	point := power + 1 // so many digits stand before the point
	switch {
	case point > 21 || point <= -6:
		if len(digits) > 1 {
			digits = digits[:1] + "." + digits[1:]
		}
		return fmt.Sprintf("%se%+d", digits, power)
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	case len(digits) <= point:
		return digits + strings.Repeat("0", point-len(digits))
	default:
		return digits[:point] + "." + digits[point:]
	}
}

// quote writes a text as JSON.stringify() does, which encoding/json does not.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for at := 0; at < len(text); at++ {
		switch char := text[at]; char {
		case '"', '\\':
			out.WriteByte('\\')
			out.WriteByte(char)
		case '\b':
			out.WriteString(`\b`)
		case '\f':
			out.WriteString(`\f`)
		case '\n':
			out.WriteString(`\n`)
		case '\r':
			out.WriteString(`\r`)
		case '\t':
			out.WriteString(`\t`)
		default:
			if char < 0x20 {
				fmt.Fprintf(&out, `\u%04x`, char)
			} else {
				out.WriteByte(char)
			}
		}
	}
	out.WriteByte('"')
	return out.String()
}

// array writes the elements, each of which is JSON already.
func array(elements ...string) string {
	return "[" + strings.Join(elements, ",") + "]"
}

// arrayOf writes an array of what `write` makes of each.
func arrayOf[Each any](all []Each, write func(Each) string) string {
	elements := make([]string, len(all))
	for at, each := range all {
		elements[at] = write(each)
	}
	return array(elements...)
}

// texts writes an array of texts.
func texts(all []string) string { return arrayOf(all, quote) }

// numbers writes an array of numbers.
func numbers(all []float64) string { return arrayOf(all, numberText) }

// utf16Units gives the text that a JSON text stands for as JavaScript holds it:
// half a surrogate pair, which only an escape can write, stays what it is.
func utf16Units(quoted string) []uint16 {
	var units []uint16
	text := quoted[1 : len(quoted)-1]
	for at := 0; at < len(text); {
		if text[at] != '\\' {
			char, size := utf8.DecodeRuneInString(text[at:])
			if char > 0xffff {
				char -= 0x10000
				units = append(units, uint16(0xd800+char>>10), uint16(0xdc00+char&0x3ff))
			} else {
				units = append(units, uint16(char))
			}
			at += size
			continue
		}
		length := 2
		if text[at+1] == 'u' {
			length = 6
			unit, _ := strconv.ParseUint(text[at+2:at+6], 16, 16)
			units = append(units, uint16(unit))
		} else {
			var escaped string
			_ = json.Unmarshal([]byte(`"`+text[at:at+2]+`"`), &escaped)
			units = append(units, uint16(escaped[0]))
		}
		at += length
	}
	return units
}

// utf16Length is how long JavaScript takes a text for.
func utf16Length(text string) int {
	length := 0
	for _, char := range text {
		length++
		if char > 0xffff {
			length++
		}
	}
	return length
}

// lastDateMs is the largest time that a Date holds, in ms from 1970, either way.
const lastDateMs = 8.64e15

// formatTime writes a time as ISO 8601 in UTC, its milliseconds only where there
// are any.
func formatTime(timeMs float64) string {
	if math.Abs(timeMs) > lastDateMs {
		return numberText(timeMs) + " ms"
	}
	moment := time.UnixMilli(int64(math.Floor(timeMs))).UTC()
	year := fmt.Sprintf("%04d", moment.Year())
	if moment.Year() < 0 || moment.Year() > 9999 {
		year = fmt.Sprintf("%+07d", moment.Year())
	}
	return year + strings.Replace(moment.Format("-01-02T15:04:05.000Z"), ".000Z", "Z", 1)
}
