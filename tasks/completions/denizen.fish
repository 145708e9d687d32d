# Completes the words of `denizen` in fish, from 3.4 on.

# The words before the cursor, without flags: the command and what follows it.
function __denizen_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or echo -- $word
    end
end

# Tells whether a command is being typed, and fewer than so many words follow it.
function __denizen_at -a command most
    set -l typed (__denizen_words)
    set -l length (count (string split ' ' -- $command))
    set -l after (math (count $typed) - $length)
    test $after -ge 0; or return 1
    test (string join ' ' -- $typed[1..$length]) = $command; or return 1
    # With its second word it may be another command.
    if test $length -eq 1 -a $after -ge 1
        not contains -- "$typed[1] $typed[2]" PARTS; or return 1
    end
    test -z "$most"; or test $after -lt $most
end

# Asks the program for words that depend on where the user stands.
function __denizen_ask -a kind
    set -l tokens (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $tokens[1])
    type -q -- $program; or set program denizen
    set -l place
    for at in (seq 2 (count $tokens))
        switch $tokens[$at]
            case '--config=*' '--stages=*'
                set -a place (string replace -r '=~/' "=$HOME/" -- $tokens[$at])
            case --config --stages
                set -q tokens[(math $at + 1)]
                and set -a place "$tokens[$at]="(string replace -r '^~/' "$HOME/" -- $tokens[(math $at + 1)])
        end
    end
    $program completions --words=$kind $place 2>/dev/null </dev/null
end

# Those of them that are not on the line yet.
function __denizen_ask_new -a kind
    set -l typed (__denizen_words)
    for word in (__denizen_ask $kind)
        contains -- $word $typed; or echo -- $word
    end
end

complete -c denizen -f
# COMMANDS
