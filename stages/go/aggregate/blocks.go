package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"iter"
	"math"
	"os"
	"slices"
)

// The form of a checkpoint file is described in
// stages/aggregate/checkpoint_blocks.ts, and both read what the other writes: a
// first line, then saves, one behind the other. A save is blocks of records, none
// or many, and a last block of JSON that stands for all of it. Without its last
// block it was not finished, and does not count.
//
//	block   CRC-32 (4 bytes), length of what follows (4), kind (1), content
//	record  id (8 bytes, a double), length (4), bytes; removed for a length
//	        says that there is no such record any more
//
// All numbers are little-endian. The CRC-32 goes on from that of the block
// before, so a block is only good where it was written.
const (
	firstLine       = "denizen-checkpoint 2\n"
	blockHeadBytes  = 9
	recordHeadBytes = 12
	recordsBlock    = 1
	endBlock        = 2
	removed         = math.MaxUint32
	// At blockBytes a block of records is closed, and handed on.
	blockBytes = 1 << 20
	readBytes  = 1 << 20
)

// place is one between two blocks: its offset in the file, and the CRC-32 of the
// block before it.
type place struct {
	at  int64
	crc uint32
}

// saveWriter writes one save.
type saveWriter struct {
	to     io.Writer
	buffer []byte
	// start is where in the buffer the open block begins; -1 for none.
	start int
	place place
	err   error
}

// beginSave begins the save that stands at `from`; nil for the first of a file.
func beginSave(to io.Writer, from *place) *saveWriter {
	writer := &saveWriter{to: to, start: -1}
	if from != nil {
		writer.place = *from
		return writer
	}
	writer.place.crc = crc32.ChecksumIEEE([]byte(firstLine))
	writer.buffer = append(writer.buffer, firstLine...)
	return writer
}

func (w *saveWriter) put(record record) {
	w.openRecord(record.id, uint32(len(record.bytes)))
	w.buffer = append(w.buffer, record.bytes...)
	w.closeRecord()
}

func (w *saveWriter) remove(id uint64) {
	w.openRecord(id, removed)
	w.closeRecord()
}

// end closes the save, and hands on all that is left of it.
func (w *saveWriter) end(json []byte) (place, error) {
	w.close()
	w.open(endBlock)
	w.buffer = append(w.buffer, json...)
	w.close()
	w.flush()
	return w.place, w.err
}

func (w *saveWriter) open(kind byte) {
	w.start = len(w.buffer)
	w.buffer = append(w.buffer, make([]byte, blockHeadBytes)...)
	w.buffer[w.start+8] = kind
}

func (w *saveWriter) close() {
	if w.start < 0 {
		return
	}
	block := w.buffer[w.start:]
	binary.LittleEndian.PutUint32(block[4:], uint32(len(block)-8))
	w.place.crc = crc32.Update(w.place.crc, crc32.IEEETable, block[4:])
	binary.LittleEndian.PutUint32(block, w.place.crc)
	w.start = -1
}

func (w *saveWriter) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buffer)
	}
	w.place.at += int64(len(w.buffer))
	w.buffer = w.buffer[:0]
}

func (w *saveWriter) openRecord(id uint64, length uint32) {
	if w.start < 0 {
		w.open(recordsBlock)
	}
	w.buffer = binary.LittleEndian.AppendUint64(w.buffer, math.Float64bits(float64(id)))
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, length)
}

func (w *saveWriter) closeRecord() {
	if len(w.buffer) < blockBytes {
		return
	}
	w.close()
	w.flush()
}

// content is where the records of a block stand.
type content struct{ at, length int64 }

// scan is what a file holds.
type scan struct {
	size int64
	// why says what is wrong behind the last whole save; empty when nothing is.
	why string
	// whole is true where a save is; the rest is of such a file only.
	whole bool
	// first and last are behind the first save, and behind the last whole one.
	first, last place
	// json is that of the last one.
	json []byte
	// contents are those of all blocks of records, up to there.
	contents []content
}

// scanSaves reads a file up to the first block that is not whole.
func scanSaves(file *os.File) (scan, error) {
	info, err := file.Stat()
	if err != nil {
		return scan{}, err
	}
	found := scan{size: info.Size()}
	reader := bufio.NewReaderSize(file, readBytes)
	line := make([]byte, len(firstLine))
	if _, err := io.ReadFull(reader, line); err != nil || string(line) != firstLine {
		found.why = "no checkpoint of this version"
		return found, nil
	}
	at := place{int64(len(firstLine)), crc32.ChecksumIEEE(line)}
	var unfinished []content
	var block bytes.Buffer
	for at.at < found.size {
		next, why, err := readBlock(reader, at, found.size, &block)
		if err != nil {
			return scan{}, err
		}
		if why != "" {
			found.why = why
			break
		}
		at = next
		records := block.Bytes()[blockHeadBytes-4:]
		if block.Bytes()[4] == recordsBlock {
			unfinished = append(unfinished, content{at.at - int64(len(records)), int64(len(records))})
			continue
		}
		if !found.whole {
			found.whole, found.first = true, at
		}
		found.last, found.json = at, bytes.Clone(records)
		found.contents = append(found.contents, unfinished...)
		unfinished = nil
	}
	if found.why == "" && (len(unfinished) > 0 || !found.whole) {
		found.why = "torn"
	}
	return found, nil
}

// readBlock reads the block that begins at a place, from its length on; or says
// what is wrong with it.
func readBlock(reader *bufio.Reader, at place, size int64, into *bytes.Buffer) (next place, why string, err error) {
	if at.at+blockHeadBytes > size {
		return place{}, "torn", nil
	}
	head, err := reader.Peek(8)
	if err != nil {
		return place{}, "", err
	}
	wanted := binary.LittleEndian.Uint32(head)
	length := int64(binary.LittleEndian.Uint32(head[4:]))
	if at.at+8+length > size {
		return place{}, "torn", nil
	}
	if _, err := reader.Discard(4); err != nil {
		return place{}, "", err
	}
	into.Reset()
	if _, err := io.CopyN(into, reader, 4+length); err != nil {
		return place{}, "", err
	}
	checksum := crc32.Update(at.crc, crc32.IEEETable, into.Bytes())
	// What the system has not filled is zeros: a block without even a kind.
	if length == 0 || checksum != wanted {
		return place{}, "damaged", nil
	}
	return place{at.at + 8 + length, checksum}, "", nil
}

// readRecords gives each record that is there after the last whole save once, in
// no order. Its bytes are good until the next one. It opens the file again.
func readRecords(path string, found scan) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		file, err := os.Open(path)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer file.Close()
		// Those that newer saves have given or removed.
		seen := map[uint64]bool{}
		var content []byte
		for _, each := range slices.Backward(found.contents) {
			content = slices.Grow(content[:0], int(each.length))[:each.length]
			if _, err := file.ReadAt(content, each.at); err != nil {
				yield(record{}, err)
				return
			}
			// Nothing older than the first save can follow.
			isOldest := each.at < found.first.at
			for rest := content; len(rest) >= recordHeadBytes; {
				id := uint64(math.Float64frombits(binary.LittleEndian.Uint64(rest)))
				size := binary.LittleEndian.Uint32(rest[8:])
				rest = rest[recordHeadBytes:]
				isNewest := !seen[id]
				if isNewest && !isOldest {
					seen[id] = true
				}
				if size == removed {
					continue
				}
				if isNewest && !yield(record{id, rest[:size]}, nil) {
					return
				}
				rest = rest[size:]
			}
		}
	}
}
