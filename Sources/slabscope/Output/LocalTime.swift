import Glibc

/// A time in the local time zone, for the screen and for file names.
struct LocalTime {
  private let parts: tm

  /// - Parameter seconds: seconds since 1970 UTC; nil for now.
  init(_ seconds: Double? = nil) {
    var time = seconds.map { time_t($0) } ?? Glibc.time(nil)
    var parts = tm()
    localtime_r(&time, &parts)
    self.parts = parts
  }

  /// `20261123-140512`, for file names: sorts by time.
  var stamp: String { text("%Y%m%d-%H%M%S") }

  /// `2026-11-23 14:05:12`.
  var description: String { text("%F %T") }

  /// Seconds that local time is ahead of UTC.
  var secondsFromUTC: Double { Double(parts.tm_gmtoff) }

  /// Seconds since midnight.
  var secondsOfDay: Double { Double(Int(parts.tm_hour) * 3600 + Int(parts.tm_min) * 60 + Int(parts.tm_sec)) }

  private func text(_ format: String) -> String {
    var parts = parts
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let count = strftime(buffer.baseAddress, buffer.count, format, &parts)
      return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
