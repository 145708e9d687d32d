#compdef denizen

# Completes the words of `denizen` in zsh.

# Asks the program for words that depend on where the user stands.
_denizen_ask() {
  local suffix=$2 word before
  local -a place found typed
  # As they were typed: quotes go, and nothing in them is evaluated.
  for word in "${(@Q)denizen_typed}"; do
    [[ $before != (--config|--stages) ]] || word=$before=$word
    [[ $word != (--config|--stages)=* ]] || place+=("${word/=\~\//=$HOME/}")
    before=$word
    typed+=("$word")
  done
  found=("${(@f)$("$denizen_program" completions --words=$1 "${place[@]}" 2>/dev/null </dev/null)}")
  found=("${(@)found:#}")
  # What is on the line already is not offered again.
  [[ -n $suffix || $PREFIX == *=* ]] || found=("${(@)found:|typed}")
  local -a after
  [[ -z $suffix ]] || after=(-q -S "$suffix")
  compadd "${after[@]}" -a found
}

_denizen_commands() {
  local -a commands=(
    # NAMES
  )
  _describe -t commands command commands
}

_denizen() {
  local curcontext=$curcontext state
  local -a line
  local -a denizen_typed=("${(@)words[2,CURRENT-1]}")
  typeset -A opt_args
  local denizen_program=${${(Q)words[1]}/#\~\//$HOME/}
  (( $+commands[$denizen_program] )) || [[ -x $denizen_program ]] || denizen_program=denizen
  _arguments -C '1: :_denizen_commands' '*:: :->words' && return
  [[ $state == words ]] || return
  local command=$words[1]
  case "$command $words[2]" in
    # PARTS
  esac
  case $command in
    # COMMANDS
  esac
}

if [[ $funcstack[1] == _denizen ]]; then
  _denizen "$@"
else
  compdef _denizen denizen
fi
