import Foundation

/// A moment by the local clock, for people and for files' names.
struct LocalTime {
  private let parts: tm

  /// - Parameter seconds: since 1970; now if nil.
  init(_ seconds: Double? = nil) {
    var time = seconds.map { time_t($0) } ?? Foundation.time(nil)
    var parts = tm()
    localtime_r(&time, &parts)
    self.parts = parts
  }

  /// `20261123-140512`: sorts as time does, and needs no quoting.
  var stamp: String { text("%Y%m%d-%H%M%S") }

  /// `2026-11-23 14:05:12`.
  var description: String { text("%F %T") }

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
