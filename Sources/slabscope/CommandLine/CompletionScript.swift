import ArgumentParser

/// Completion scripts of ArgumentParser, changed so that they offer the arguments of the default subcommand also without its name:
/// the program accepts `slabscope x.slabtrace` and `slabscope --theme daylight`, but the scripts know these words only after
/// `slabscope dashboard`.
enum CompletionScript {
  /// A change to a script.
  struct Edit {
    /// Text of the script, which must occur once.
    let anchor: String
    let replacement: String
  }

  /// Returns a completion script with the changes for its shell. Other texts are returned as they are.
  static func completed(_ script: String) -> String {
    edits(of: script).reduce(script) { $0.replacing($1.anchor, with: $1.replacement, maxReplacements: 1) }
  }

  /// Returns the changes for the shell of a script.
  static func edits(of script: String) -> [Edit] {
    if script.hasPrefix("#!/bin/bash") { return bash }
    if script.hasPrefix("#compdef") { return zsh }
    if script.hasPrefix("function __slabscope") { return fish }
    return []
  }

  private static let bash = [
    Edit(
      anchor: "        # Offer subcommand completions\n        COMPREPLY+=",
      replacement: """
                # Without a subcommand, the arguments are those of dashboard
                unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
                _slabscope_dashboard
                # Offer subcommand completions
                [[ "${COMP_CWORD}" -ne 1 ]] || COMPREPLY+=
        """)
  ]

  private static let zsh = [
    Edit(
      anchor: """
            local -i ret=1
            local -ar arg_specs=(
                '--version[Show the version.]'
        """,
      replacement: """
            # Without a subcommand, the arguments are those of dashboard
            if (( CURRENT > 2 )) && [[ -z "${functions[_slabscope_${words[2]}]}" ]] || [[ "${words[2]}" = -* ]]; then
                _slabscope_dashboard
                return
            fi

            local -i ret=1
            local -ar arg_specs=(
                '--version[Show the version.]'
        """),
    Edit(
      anchor: "        _describe -V subcommand subcommands && ret=0\n",
      replacement: """
                _describe -V subcommand subcommands && ret=0
                __slabscope_custom_complete ---completion dashboard -- positional@0 "${current_word_index}" \
        "$(__slabscope_cursor_index_in_current_word)" && ret=0

        """),
  ]

  private static let fish = [
    Edit(
      anchor: "    set -l unparsed_tokens (__slabscope_tokens -pc)\n",
      replacement: """
            set -l unparsed_tokens (__slabscope_tokens -pc)
            # Without a subcommand, the arguments are those of dashboard
            set -l first $unparsed_tokens[2]
            test (count $unparsed_tokens) -lt 2; and set first (commandline -t)
            if string match -q -- '-*' "$first"; or begin
                    test (count $unparsed_tokens) -ge 2; and not contains -- "$first" $__slabscope_subcommands
                end
                set unparsed_tokens $unparsed_tokens[1] dashboard $unparsed_tokens[2..]
            end

        """),
    Edit(
      anchor: "complete -c 'slabscope' -f\n",
      replacement: """
        set -g __slabscope_subcommands \(subcommandNames.joined(separator: " "))
        complete -c 'slabscope' -f
        complete -c 'slabscope' -n '__slabscope_should_offer_completions_for_positional "slabscope" -eq 1' \
        -fka '(__slabscope_custom_completion ---completion dashboard -- positional@0 \
        (count (__slabscope_tokens -pc)) (__slabscope_tokens -tC))'

        """),
  ]

  private static var subcommandNames: [String] {
    Slabscope.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }
}
