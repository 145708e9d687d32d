package main

import (
	"cmp"
	"encoding/json"
	"iter"
	"math/big"
	"slices"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "denizen/stages/generated/pipelinev1"
)

// aggregate is the state of a run: counts, sums, bounds and percentiles of each
// group of events. It knows nothing of streams or files.
type aggregate struct {
	schema   *pb.Schema
	tags     []*pb.Tag
	kind     string
	position position
	totals   totals
	rejects  rejectCounts
	groups   *groups
	// firstOfTag is where the counts of each tag begin among those of a group.
	firstOfTag []int
	tagWidth   int
	// finished are the results of closed windows, encoded. They never change.
	finished [][]byte
	// saved counts those that were saved.
	saved int
}

// newAggregate starts counting, from what was saved unless that is nil.
func newAggregate(opening *pb.Opening, from *loaded) (*aggregate, error) {
	schema := opening.GetSchema()
	if schema == nil {
		return nil, status.Error(codes.FailedPrecondition, "Cannot count events without a schema")
	}
	a := &aggregate{schema: schema, tags: opening.GetTags(), kind: kindOf(schema, opening.GetTags())}
	for _, tag := range a.tags {
		a.firstOfTag = append(a.firstOfTag, a.tagWidth)
		a.tagWidth += len(tag.GetValues()) + 1
	}
	a.groups = newGroups(schema, a.newGroup)
	if from == nil {
		return a, nil
	}
	var head head
	if err := json.Unmarshal(from.head, &head); err != nil {
		return nil, status.Errorf(codes.Internal, "Cannot read the head of the checkpoint: %v", err)
	}
	if head.Kind != a.kind {
		what := "another schema or other rules"
		if schema.GetBuiltIn() {
			what = "other types or rules"
		}
		return nil, status.Errorf(codes.FailedPrecondition, "Cannot go on from what was saved: it is of %s", what)
	}
	if err := a.restore(head, from); err != nil {
		return nil, status.Errorf(codes.Internal, "Cannot go on from what was saved: %v", err)
	}
	return a, nil
}

func (a *aggregate) restore(head head, from *loaded) error {
	var results []record
	for record, err := range from.records() {
		switch {
		case err != nil:
			return err
		case record.id%2 == 1:
			record.bytes = slices.Clone(record.bytes)
			results = append(results, record)
		default:
			if err := a.restoreGroup(int(record.id/2), record.bytes); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(results, func(a, b record) int { return cmp.Compare(a.id, b.id) })
	for _, record := range results {
		a.finished = append(a.finished, record.bytes)
	}
	a.groups.restored()
	watermarkMs, err := strconv.ParseFloat(head.WatermarkMs, 64)
	a.groups.watermarkMs = watermarkMs
	a.position, a.totals, a.saved = head.Position, head.Totals, len(a.finished)
	a.rejects = newRejectCounts(head.Rejects, head.Totals.Rejected)
	return err
}

func (a *aggregate) newGroup() *group {
	made := &group{scores: newScores()}
	if a.tagWidth > 0 {
		made.tagged = make([]uint64, a.tagWidth)
	}
	for _, field := range a.schema.GetValues() {
		made.values = append(made.values, newFigures(field))
	}
	return made
}

// apply counts a batch. It gives its rejects, and the events that came too late
// for their window, in the order of the input. After an error the aggregate is of
// no more use.
func (a *aggregate) apply(batch *pb.EventBatch) ([]*pb.Reject, error) {
	if why := a.misfit(batch); why != "" {
		return nil, status.Errorf(codes.Internal, "Cannot apply the batch from event %d: %s", batch.GetBegin().GetEvent(), why)
	}
	assigned, err := a.groups.assign(batch)
	if err != nil {
		return nil, err
	}
	if err := a.add(batch, assigned.groups); err != nil {
		return nil, err
	}
	rejects := batch.GetRejects()
	if len(assigned.late) > 0 {
		for _, late := range assigned.late {
			rejects = append(rejects, lateReject(a.schema, batch, late))
		}
		slices.SortStableFunc(rejects, func(a, b *pb.Reject) int { return cmp.Compare(a.GetOffset(), b.GetOffset()) })
	}
	for _, start := range assigned.closed {
		a.close(start)
	}
	end := positionOf(batch.GetEnd())
	a.totals.Events += end.Event - a.position.Event
	a.totals.Filtered += batch.GetFiltered()
	a.totals.Rejected += uint64(len(rejects))
	for _, reject := range rejects {
		a.rejects.add(reject.GetStage(), reject.GetReason())
	}
	a.totals.FractionsCut += batch.GetFractionsCut()
	a.totals.Other += assigned.others
	a.totals.Late += uint64(len(assigned.late))
	a.position = end
	return rejects, nil
}

// add counts the events of a batch, each in its group; one without was late.
func (a *aggregate) add(batch *pb.EventBatch, groups []*group) error {
	for _, group := range groups {
		if group != nil {
			group.count++
			a.groups.touch(group.slot)
		}
	}
	for tag, column := range batch.Tags {
		first := a.firstOfTag[tag]
		for row, group := range groups {
			if group != nil {
				group.tagged[first+int(column.Value[row])]++
			}
		}
	}
	if len(groups) == 0 {
		return nil
	}
	for at, column := range batch.Values {
		for row, group := range groups {
			if group != nil {
				group.values[at].add(column.Value[row])
			}
		}
		for _, exact := range column.Exact {
			integer, ok := new(big.Int).SetString(exact.GetDecimal(), 10)
			if !ok {
				return status.Errorf(codes.Internal, "Cannot count %q: it is no integer", exact.GetDecimal())
			}
			if group := groups[exact.GetRow()]; group != nil {
				group.values[at].addExact(integer)
			}
		}
	}
	if a.schema.GetBuiltIn() {
		for at, row := range batch.ScoreRow {
			if group := groups[row]; group != nil {
				group.scores.add(batch.Score[at])
			}
		}
	}
	return nil
}

// close turns the groups of a window into results that never change.
func (a *aggregate) close(start float64) {
	for _, group := range a.ordered(a.groups.windows[start].groups) {
		encoded, _ := proto.Marshal(a.result(group)) // cannot fail: its texts are UTF-8
		a.finished = append(a.finished, encoded)
		a.groups.touch(group.slot)
		a.groups.release(group)
	}
}

// workKey is the type of events that have scores, as JSON.
const workKey = `"work"`

func (a *aggregate) result(group *group) *pb.Result {
	result := &pb.Result{Key: group.key, Count: group.count, Tags: a.tagCounts(group)}
	if a.schema.GetWindows() != nil {
		start := group.window
		result.WindowMs = &start
	}
	if a.schema.GetBuiltIn() && len(group.key) > 0 && group.key[0] == workKey {
		result.Values = []*pb.Figures{group.scores.tell(group.count)}
		return result
	}
	for _, figures := range group.values {
		result.Values = append(result.Values, figures.tell(group.count))
	}
	return result
}

func (a *aggregate) tagCounts(group *group) []*pb.TagCount {
	var counts []*pb.TagCount
	for at, tag := range a.tags {
		for number, value := range tag.GetValues() {
			if count := group.tagged[a.firstOfTag[at]+number+1]; count > 0 {
				counts = append(counts, &pb.TagCount{Tag: tag.GetName(), Value: value, Count: count})
			}
		}
	}
	return counts
}

// results gives the result of each group that has events, in the order of the
// contract, but for so many of closed windows.
func (a *aggregate) results(from int) iter.Seq[*pb.Result] {
	return func(yield func(*pb.Result) bool) {
		for _, encoded := range a.finished[from:] {
			result := &pb.Result{}
			// It was encoded here, or is of a checkpoint whose checksum was right.
			_ = proto.Unmarshal(encoded, result)
			if !yield(result) {
				return
			}
		}
		for _, group := range a.ordered(a.groups.all()) {
			if !yield(a.result(group)) {
				return
			}
		}
	}
}
