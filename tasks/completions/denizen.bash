# Completes the words of `denizen` in bash, from 3.2 on. Needs nothing else.

# Says what may follow a command: sets flags, words and most.
_denizen_takes() {
  flags=() words='' most=0
  case $1 in
    # COMMANDS
    *) return 1 ;;
  esac
}

# Asks the program for words that depend on where the user stands, and leaves
# them in _denizen_said. A second press of the key soon after costs nothing.
_denizen_ask() {
  local program=$1 kind=$2 asked="$PWD $*"
  shift 2
  [[ $asked != "$_denizen_asked" ]] || ((SECONDS > _denizen_until)) || return 0
  command -v -- "$program" >/dev/null || program=denizen
  _denizen_said=$(
    "$program" completions --words="$kind" "$@" 2>/dev/null </dev/null
  )
  _denizen_asked=$asked _denizen_until=$((SECONDS + 5))
}

_denizen() {
  COMPREPLY=()
  local line=${COMP_LINE:0:COMP_POINT}
  # The words as the program would get them: bash cuts them at = and : too. No
  # word is ever evaluated.
  local -a typed=()
  local word='' quote='' begun='' from=0 at char
  for ((at = 0; at < ${#line}; at++)); do
    char=${line:at:1}
    if [[ $quote == "'" && $char != "'" ]]; then
      word+=$char
    elif [[ $char == \\ && $quote != "'" ]]; then
      ((at++))
      word+=${line:at:1} begun=1
    elif [[ -n $quote && $char == "$quote" ]]; then
      quote='' from=${#word}
    elif [[ -n $quote ]]; then
      word+=$char
    elif [[ $char == [\"\'] ]]; then
      quote=$char begun=1 from=${#word}
    elif [[ $char == [[:space:]] ]]; then
      [[ -z $begun ]] || typed+=("$word")
      word='' begun='' from=0
    else
      word+=$char begun=1
      # What readline replaces begins after such a letter.
      [[ $COMP_WORDBREAKS != *"$char"* ]] || from=${#word}
    fi
  done
  local current=$word

  local program=${typed[0]:-denizen}
  program=${program/#~\//$HOME/}
  local -a flags=() replies=() place=()
  local words='' most=0 command='' given=0 waiting='' ended='' each kind
  local seen=' '
  if ((${#typed[@]} < 2)); then
    words='# NAMES'
    most=1
  else
    command=${typed[1]}
    _denizen_takes "$command" || return 0
    for ((at = 2; at < ${#typed[@]}; at++)); do
      word=${typed[at]}
      if [[ -n $waiting ]]; then
        [[ $waiting != --config && $waiting != --stages ]] ||
          place+=("$waiting=$word")
        waiting=''
      elif [[ -n $ended ]]; then
        ((given++))
      elif [[ $word == -- ]]; then
        ended=1
      elif [[ $word == -* ]]; then
        seen+="${word%%=*} "
        case $word in
          --config=* | --stages=*) place+=("$word") ;;
        esac
        for each in "${flags[@]}"; do
          [[ $each != "$word="* ]] || waiting=$word
        done
      elif ((at == 2)) && _denizen_takes "$command $word"; then
        command="$command $word"
      else
        ((at > 2)) || _denizen_takes "$command"
        ((given++))
        seen+="$word "
      fi
    done
  fi

  # Where the value of a flag stands, `before` is what is before it in the word.
  local before='' value=$current
  if [[ -n $waiting ]]; then
    kind=${waiting}
    words=''
    for each in "${flags[@]}"; do
      [[ $each != "$kind="* ]] || words=${each#*=}
    done
  elif [[ -z $ended && $current == -*=* ]]; then
    kind=${current%%=*}
    before=$kind= value=${current#*=} words=''
    for each in "${flags[@]}"; do
      [[ $each != "$kind="* ]] || words=${each#*=}
    done
  elif [[ -z $ended && $current == -* ]]; then
    words=''
    for each in "${flags[@]}"; do
      kind=${each%%=*}
      # A switch stands once.
      [[ $seen != *" $kind "* || $each == *=* ]] || continue
      [[ $each == *=* ]] && replies+=("$kind=") || replies+=("$kind")
    done
  elif ((most > 0 && given >= most)); then
    words=''
    [[ -z $ended ]] || words=@files
  fi

  local nospace='' files=''
  local -a kinds=()
  IFS='|' read -ra kinds <<<"$words"
  for each in "${kinds[@]}"; do
    case $each in
      @files | @folders)
        files=1
        local -a how=(-f)
        [[ $each == @files ]] || how=(-d)
        while IFS= read -r word; do
          replies+=("$before$word")
        done < <(compgen "${how[@]}" -- "$value")
        ;;
      @*)
        kind=${each#@}
        _denizen_ask "$program" "${kind%=}" "${place[@]}"
        while IFS= read -r word; do
          [[ -n $word ]] || continue
          [[ $seen != *" $word "* || -n $before ]] || continue
          [[ $kind != *= ]] || word+='='
          replies+=("$before$word")
        done <<<"$_denizen_said"
        ;;
      *) replies+=("$before$each") ;;
    esac
  done

  for each in "${replies[@]}"; do
    [[ $each == "$current"* ]] || continue
    [[ $each != *= ]] || nospace=1
    each=${each:from}
    # readline quotes names of files itself; in quotes nothing needs it.
    [[ -n $files || -n $quote ]] || printf -v each %q "$each"
    COMPREPLY+=("$each")
  done
  [[ -z $files ]] || compopt -o filenames 2>/dev/null
  [[ -z $nospace ]] || compopt -o nospace 2>/dev/null
  return 0
}

complete -F _denizen denizen
