import CBuildCommit

/// Version of slabscope, which results and --version name.
enum Version {
  static let number = "0.1.0"

  /// Version, commit, and the package traits that this program was built with and without, for --version.
  static var description: String { "slabscope \(number) (commit \(commit), \(traits.joined(separator: ", ")))" }

  /// Abbreviated hash of the commit that the program was built from, with "+" if files had been changed since; "unknown" if the
  /// sources came without git.
  private static var commit: String {
    guard let commit = slabscope_build_commit() else { return "unknown" }
    return String(cString: commit)
  }

  private static var traits: [String] {
    #if Capture
      let capture = "with data capture"
    #else
      let capture = "without data capture"
    #endif
    #if BPF
      let bpf = "with BPF"
    #else
      let bpf = "without BPF"
    #endif
    #if HTTP
      let http = "with HTTP"
    #else
      let http = "without HTTP"
    #endif
    return [capture, bpf, http]
  }
}
