internal import WeFlowParameters
internal import WeFlowQuery

/// The scripts that make a shell ask `weflow` what may follow; they lie in `completions/`, too.
enum CompletionScript: String, ParameterChoice {
    case bash
    case zsh
    case fish

    /// The file below `completions/`, named as its shell looks for it.
    var fileName: String {
        switch self {
        case .bash: "weflow.bash"
        case .zsh: "_weflow"
        case .fish: "weflow.fish"
        }
    }

    /// The script.
    var text: String {
        switch self {
        case .bash: Self.bashText
        case .zsh: Self.zshText
        case .fish: Self.fishText
        }
    }

    // Bash splits words at @ and =, which ids and options hold; so the line is split anew, and what bash takes for the
    // beginning of the word is cut off the answers.
    private static let bashText = #"""
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

        """#

    private static let zshText = #"""
        #compdef weflow
        # zsh completion for weflow; written by: weflow completions zsh
        _weflow() {
            local mode line
            local -a lines values meanings
            local program=${(Q)words[1]}
            lines=("${(@f)$("${program/#\~/$HOME}" __complete "${(@Q)words[2,CURRENT]}" 2> /dev/null)}")
            mode=$lines[1]
            case $mode in
                files) _files ;;
                folders) _files -/ ;;
                words)
                    for line in "${(@)lines[2,-1]}"; do
                        values+=("${line%%$'\t'*}")
                        meanings+=("${line%%$'\t'*}  ${line#*$'\t'}")
                    done
                    (( $#values )) && compadd -V weflow -l -d meanings -a values
                    ;;
            esac
        }
        if [[ $funcstack[1] == _weflow ]]; then
            _weflow "$@"
        else
            compdef _weflow weflow
        fi

        """#

    private static let fishText = #"""
        # fish completion for weflow; written by: weflow completions fish
        function __weflow_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l lines ($words[1] __complete $words[2..-1] "$current" 2> /dev/null)
            switch "$lines[1]"
                case files
                    __fish_complete_path "$current"
                case folders
                    __fish_complete_directories "$current"
                case words
                    printf '%s\n' $lines[2..-1]
            end
        end
        complete -c weflow -f -k -a '(__weflow_complete)'

        """#
}
