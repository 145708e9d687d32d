package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/status"
)

// options are what the command line says.
type options struct {
	address, run, state string
	next                []string
	owner               uint64
	checkpointInterval  time.Duration
	// every is the least time between two tellings of the results so far; 0: never.
	every      time.Duration
	maxRejects uint64
	// inputs name the file of a reject; follow says that the last one is followed.
	inputs []string
	follow bool
	expose bool
	help   bool
}

const usage = `The aggregate stage: aggregate aggregate [flags]
  --address=HOST:PORT             where to serve
  --next=HOST:PORT,...            the sink, wherever it may be
  --state=FOLDER                  where to save the run
  --run=NAME                      the run that the stage belongs to
  --owner=N                       the process that has started it
  --checkpoint-interval=DURATION  the least time between two checkpoints (default: 250ms)
  --every=DURATION                the least time between two tellings of the results so far
  --max-rejects=N                 rejects after which to fail
  --input=FILE                    an input, one flag each
  --follow                        the last input is followed
  --expose                        allow an address that other machines can reach`

// defaultInterval is the least time between two checkpoints where nobody says.
const defaultInterval = 250 * time.Millisecond

// stage is what this program is; behind its name stands what the engine gives.
const stage = "aggregate"

// readFlags reads a command line. A flag of the engine that is not known is of a
// newer one, and is ignored; what stands before has to be right.
func readFlags(arguments []string) (options, error) {
	options := options{checkpointInterval: defaultInterval, maxRejects: unlimited}
	isNamed := false
	for _, argument := range arguments {
		name, value, hasValue := strings.Cut(argument, "=")
		var err error
		switch name {
		case stage:
			isNamed = true
		case "--address":
			options.address = value
		case "--next":
			options.next = strings.Split(value, ",")
		case "--state":
			options.state = value
		case "--run":
			options.run = value
		case "--owner":
			options.owner, err = wholeNumber(value)
		case "--checkpoint-interval":
			options.checkpointInterval, err = duration(value)
		case "--every":
			options.every, err = duration(value)
		case "--max-rejects":
			options.maxRejects, err = wholeNumber(value)
		case "--input":
			options.inputs = append(options.inputs, value)
		case "--follow":
			options.follow = true
		case "--expose":
			options.expose = true
		case "--help", "-h":
			options.help = true
		default:
			if !strings.HasPrefix(name, "--") {
				return options, fmt.Errorf(`Cannot run stage "%s": this program is %s`, argument, stage)
			}
			if !isNamed {
				return options, fmt.Errorf(`Cannot read "%s": there is no such flag; --help lists them`, argument)
			}
			logLine(fmt.Sprintf("Ignored %s: this program has no such flag", name))
			continue
		}
		isSwitch := name == "--follow" || name == "--expose" || name == "--help" || name == "-h" || name == stage
		switch {
		case err != nil:
			return options, fmt.Errorf(`Cannot read %s="%s": %w`, name, value, err)
		case isSwitch && hasValue:
			return options, fmt.Errorf(`Cannot read "%s": %s takes no value`, argument, name)
		case !isSwitch && value == "":
			return options, fmt.Errorf("Cannot read %s: it needs a value, as in %s=...", name, name)
		}
	}
	if options.help {
		return options, nil
	}
	if !isNamed {
		return options, fmt.Errorf("Cannot run a stage: name %s", stage)
	}
	for _, needed := range []struct {
		name    string
		isThere bool
	}{
		{"address", options.address != ""},
		{"next", len(options.next) > 0},
		{"state", options.state != ""},
		{"input, before --follow", !options.follow || len(options.inputs) > 0},
	} {
		if !needed.isThere {
			return options, fmt.Errorf(`Cannot run stage "%s": it needs --%s`, stage, needed.name)
		}
	}
	return options, nil
}

// maxSafeInteger is the largest that JavaScript counts with.
const maxSafeInteger = 1<<53 - 1

func wholeNumber(text string) (uint64, error) {
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || number > maxSafeInteger {
		return 0, fmt.Errorf("expected a whole number from 0 to %d", uint64(maxSafeInteger))
	}
	return number, nil
}

func duration(text string) (time.Duration, error) {
	duration, err := time.ParseDuration(text)
	if err != nil || duration < 0 {
		return 0, errors.New("expected a duration such as 500ms, 1s or 1m30s")
	}
	return duration, nil
}

// describeLine is the place of a line in words; a file of "" is the only one.
func describeLine(line uint64, file string) string {
	switch file {
	case "":
		return fmt.Sprintf("line %d", line)
	case "-":
		return fmt.Sprintf("line %d of standard input", line)
	default:
		return fmt.Sprintf(`line %d of "%s"`, line, file)
	}
}

// logLine writes a line of the log, to standard error.
func logLine(line string) { fmt.Fprintln(os.Stderr, line) }

// reasonInWords is the message of an error, without the name of its status.
func reasonInWords(err error) string { return status.Convert(err).Message() }

// quietTime is how long refusals are only counted, after one was told.
const quietTime = 10 * time.Second

// refusalLog tells of callers that are turned away, without letting them fill the
// log.
type refusalLog struct {
	mutex sync.Mutex
	quiet bool
	more  int
}

func (l *refusalLog) tell(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.quiet {
		l.more++
		return
	}
	l.quiet = true
	logLine(line)
	time.AfterFunc(quietTime, l.rest)
}

// rest tells how many there were meanwhile.
func (l *refusalLog) rest() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.quiet = l.more > 0
	if !l.quiet {
		return
	}
	noun := "calls"
	if l.more == 1 {
		noun = "call"
	}
	logLine(fmt.Sprintf("Refused %d more %s", l.more, noun))
	l.more = 0
	time.AfterFunc(quietTime, l.rest)
}
