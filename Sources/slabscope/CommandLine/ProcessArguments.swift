import CSlabSupport

/// The arguments of this process. Swift reads its own list from /proc/self/cmdline, and has none where /proc is not mounted.
enum ProcessArguments {
  /// The arguments, the program's name first.
  static let all: [String] = {
    guard let arguments = slab_arguments() else { return CommandLine.arguments }
    return (0..<Int(slab_argument_count())).compactMap { arguments[$0].map { String(cString: $0) } }
  }()
}
