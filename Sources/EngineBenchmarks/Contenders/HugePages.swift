import BenchmarkContenders
import Glibc

/// Transparent huge pages of child processes.
enum HugePages {
  // Linux, include/uapi/linux/prctl.h. Children inherit the setting.
  private static let setDisabled: Int32 = 41
  /// Swift does not import `prctl`, because its arguments vary in number; it is always called with five.
  private typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

  /// Calls `body`, whose child processes get no transparent huge pages.
  static func disabled<Result>(_ body: () throws -> Result) throws -> Result {
    guard let symbol = dlsym(nil, "prctl") else { throw BenchmarkError("the C library has no prctl") }
    let control = unsafeBitCast(symbol, to: Control.self)
    guard control(setDisabled, 1, 0, 0, 0) == 0 else { throw BenchmarkError("huge pages can't be disabled") }
    defer { _ = control(setDisabled, 0, 0, 0, 0) }
    return try body()
  }
}
