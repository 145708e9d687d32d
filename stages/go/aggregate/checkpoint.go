package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "denizen/stages/generated/pipelinev1"
)

const (
	// A log may be growth times as long as after its first save, which had all
	// groups, and floorBytes besides; then it is written anew.
	growth     = 2
	floorBytes = 1 << 20
	// privateFile is what nobody else may read or write.
	privateFile = 0o600
)

// kept is what the sink has for the position of a checkpoint.
type kept struct {
	Bytes uint64 `json:"bytes"`
	File  string `json:"file"`
}

func keptOf(from *pb.Kept) kept         { return kept{from.GetBytes(), from.GetFile()} }
func (k kept) message() *pb.Kept        { return &pb.Kept{Bytes: k.Bytes, File: k.File} }
func (s *store) path(ext string) string { return filepath.Join(s.folder, "checkpoint"+ext) }

// ending is the end of a save, as JSON.
type ending struct {
	Run  string          `json:"run"`
	Kept kept            `json:"kept"`
	Head json.RawMessage `json:"head"`
}

// loaded is what was saved last.
type loaded struct {
	kept kept
	head json.RawMessage
	// records gives each once, in no order; to be read before the next save.
	records func() iter.Seq2[record, error]
}

// store keeps the checkpoints of one run in a folder.
//
// They are a log, so that a save costs what has changed and not what is held.
// Each save is appended and flushed. Where the log has become long, the whole
// state is written under another name, flushed, and renamed, and the log goes on
// in that; the one before it stays as checkpoint.previous. What was saved before a
// damage is used, never what is behind it.
type store struct {
	folder          string
	newestIsDamaged bool
	// current is the log that is gone on with; nil where the next save must be a
	// new file.
	current *saves
}

// saves are the ends of the first save of a log, and of the last.
type saves struct{ first, last place }

// load finds the newest whole save; nil when there is none.
func (s *store) load(run string) (*loaded, error) {
	s.current, s.newestIsDamaged = nil, false
	for _, path := range []string{s.path(""), s.path(".previous")} {
		isNewest := path == s.path("")
		found, err := scanIfThere(path)
		if err != nil {
			return nil, status.Errorf(codes.FailedPrecondition, "Cannot read %q: %s", path, reasonOf(err))
		}
		if found == nil {
			continue
		}
		if found.why != "" {
			logLine(describeDamage(path, found))
		}
		if !found.whole {
			s.newestIsDamaged = s.newestIsDamaged || isNewest
			continue
		}
		var ending ending
		if err := json.Unmarshal(found.json, &ending); err != nil {
			return nil, status.Errorf(codes.Internal, "Cannot read %q: %v", path, err)
		}
		if ending.Run != run {
			return nil, status.Errorf(
				codes.FailedPrecondition,
				`Cannot go on from "%s": it is of another run; give each run a --state of its own`, path,
			)
		}
		if isNewest {
			s.current = &saves{found.first, found.last}
		}
		records := func() iter.Seq2[record, error] { return readRecords(path, *found) }
		return &loaded{ending.Kept, ending.Head, records}, nil
	}
	return nil, nil
}

func scanIfThere(path string) (*scan, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	found, err := scanSaves(file)
	return &found, err
}

func describeDamage(path string, found *scan) string {
	if found.whole {
		return fmt.Sprintf(
			`Cannot use "%s" from byte %d of %d on: it is %s; going on from what was saved before`,
			path, found.last.at, found.size, found.why,
		)
	}
	return fmt.Sprintf(`Cannot use "%s": it is %s; looking further back`, path, found.why)
}

// save is one that is being written. Its records are, its end is not.
type save struct {
	store  *store
	file   *os.File
	writer *saveWriter
	run    string
	head   []byte
	// before is the log that it is appended to; nil for a file of its own.
	before *saves
}

// begin writes what has changed, or everything. It is finished or abandoned
// before the next one begins.
func (s *store) begin(run string, changes changes) (*save, error) {
	before := s.current
	s.current = nil
	if before != nil && before.last.at > growth*before.first.at+floorBytes {
		before = nil
	}
	head, err := json.Marshal(changes.head)
	if err != nil {
		return nil, err
	}
	save := &save{store: s, run: run, head: head, before: before}
	if before == nil {
		save.file, err = os.OpenFile(s.path(".partial"), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, privateFile)
	} else {
		save.file, err = openAt(s.path(""), before.last.at)
	}
	if err != nil {
		return nil, s.refusal(err)
	}
	if before == nil {
		save.writer = beginSave(save.file, nil)
		for record := range changes.all {
			save.writer.put(record)
		}
	} else {
		save.writer = beginSave(save.file, &before.last)
		for _, id := range changes.removed {
			save.writer.remove(id)
		}
		for record := range changes.changed {
			save.writer.put(record)
		}
	}
	return save, nil
}

// openAt opens a log to go on at a place; what is behind it was not whole.
func openAt(path string, at int64) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if err = file.Truncate(at); err == nil {
		_, err = file.Seek(at, 0)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// finish writes the end and waits until all is on the disk. Where that fails, what
// was saved before is as it was.
func (s *save) finish(kept kept) error {
	if err := s.write(kept); err != nil {
		s.abandon()
		return s.store.refusal(err)
	}
	return nil
}

func (s *save) write(kept kept) error {
	json, err := json.Marshal(ending{s.run, kept, s.head})
	if err != nil {
		return err
	}
	last, err := s.writer.end(json)
	if err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	if s.before != nil {
		s.store.current = &saves{s.before.first, last}
		return s.file.Close()
	}
	if err := s.store.replace(); err != nil {
		return err
	}
	s.store.current = &saves{last, last}
	return s.file.Close()
}

// replace puts the file that was just written into the place of the newest.
func (s *store) replace() error {
	// A damaged one must not take the place of the last good one.
	if !s.newestIsDamaged {
		err := os.Rename(s.path(""), s.path(".previous"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(s.path(".partial"), s.path("")); err != nil {
		return err
	}
	s.newestIsDamaged = false
	// A rename is only safe from a power cut once its folder is flushed.
	folder, err := os.Open(s.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// abandon takes back what there is of it: it takes up room that may be what is
// missing. Where it stays, it is known as torn.
func (s *save) abandon() {
	s.store.current = nil
	if s.before != nil {
		_ = s.file.Truncate(s.before.last.at)
	} else {
		_ = os.Remove(s.store.path(".partial"))
	}
	_ = s.file.Close()
}

func (s *store) refusal(err error) error {
	return status.Errorf(
		codes.FailedPrecondition,
		`Cannot save the run in "%s": %s; what was saved before is still good`, s.folder, reasonOf(err),
	)
}

// reasonOf is the system's own reason for a failure.
func reasonOf(err error) string {
	var reason syscall.Errno
	if errors.As(err, &reason) {
		return reason.Error()
	}
	return err.Error()
}
