package main

// mostReasons are told apart; all others of a stage count as one.
const mostReasons = 50

// rejectCount is how often a stage has rejected something for one reason. The
// stage is empty where that was not saved, and the reason for all beyond the most
// that are told apart.
type rejectCount struct {
	Stage  string `json:"stage"`
	Reason string `json:"reason"`
	Count  uint64 `json:"count"`
}

// rejectCounts are kept for whoever goes on from what is saved, which may be an
// aggregate that shows them.
type rejectCounts struct {
	counts []rejectCount
}

// newRejectCounts goes on from what was saved; together they come to total.
func newRejectCounts(before []rejectCount, total uint64) rejectCounts {
	counts := append([]rejectCount{}, before...)
	told := uint64(0)
	for _, each := range counts {
		told += each.Count
	}
	if told < total {
		counts = append(counts, rejectCount{Count: total - told})
	}
	return rejectCounts{counts}
}

func (r *rejectCounts) add(stage, reason string) {
	if r.count(stage, reason) {
		return
	}
	if len(r.counts) >= mostReasons {
		reason = ""
		if r.count(stage, reason) {
			return
		}
	}
	r.counts = append(r.counts, rejectCount{stage, reason, 1})
}

// count adds one where there is such a reason: there are few.
func (r *rejectCounts) count(stage, reason string) bool {
	for at := range r.counts {
		if each := &r.counts[at]; each.Stage == stage && each.Reason == reason {
			each.Count++
			return true
		}
	}
	return false
}
