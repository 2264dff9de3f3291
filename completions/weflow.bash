# bash completion for weflow; written by: weflow completions bash
_weflow() {
    local line="${COMP_LINE:0:COMP_POINT}" current="${COMP_WORDS[COMP_CWORD]}" mode word meaning
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    local typed="${words[${#words[@]} - 1]}"
    [[ $current == [@=:]* ]] && current="${current#?}"
    local cut="${typed%"$current"}"
    COMPREPLY=()
    while IFS=$'\t' read -r word meaning; do
        if [[ -z $mode ]]; then
            mode=$word
        else
            printf -v word %q "$word"
            COMPREPLY+=("${word#"$cut"}")
        fi
    done < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2> /dev/null)
    case $mode in
        files) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
        folders) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
    esac
}
complete -o nosort -F _weflow weflow 2> /dev/null || complete -F _weflow weflow
