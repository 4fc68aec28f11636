import Glibc
import Recordings
import Telemetry
import TextOutput

/// Reader of samples of /proc/slabinfo and /proc/buddyinfo that were saved as text during a trace:
///
///     ### t_mono=7353.145110 phase=before file=/proc/slabinfo
///     slabinfo - version: 2.1
///     ...
///
/// and of files in /sys/kernel/slab, one line per cache, if the heading names the columns:
///
///     ### t_mono=7353.145110 phase=before file=/sys/kernel/slab (cache: slabs | partial | cpu_slabs | objects_partial | slabs_cpu_partial)
///     TCP: 9 N0=9 | 4 N0=4 | 5 N0=5 | 0 | 19(3) C0=6(1) C1=13(2)
///
/// `t_mono` is CLOCK_MONOTONIC in seconds. The trace must use the same clock (`echo mono > trace_clock`).
enum SampleFile {
  static func read(_ path: String) throws -> [KernelSample] {
    let input = try InputFile(path)
    var bytes = try input.readAll()
    if bytes.starts(with: Converter.all[2].magic) {
      let conversion = try Conversion(try InputFile(path), Converter.all[2])
      bytes = try conversion.output.readAll()
      try conversion.finish()
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let samples = text.split(separator: "### ", omittingEmptySubsequences: false).dropFirst().compactMap(sample)
    guard !samples.isEmpty else {
      throw Failure.failed(
        "\(path): no samples; expected lines such as `### t_mono=7353.145110 phase=before file=/proc/slabinfo`, each "
          + "followed by the contents of the file")
    }
    return samples
  }

  private static func sample(_ text: Substring) -> KernelSample? {
    guard let end = text.firstIndex(of: "\n") else { return nil }
    var fields: [Substring: Substring] = [:]
    for word in text[..<end].split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[parts[0]] = parts[1] }
    }
    let source: KernelSample.Source? =
      switch fields["file"] {
      case "/proc/slabinfo": .slabinfo
      case "/proc/buddyinfo": .buddyinfo
      case "/sys/kernel/slab": .slabSums
      default: nil
      }
    guard let source, let seconds = fields["t_mono"].flatMap({ Double($0) }), seconds >= 0, seconds < 1e12 else {
      return nil
    }
    var body = String(text[text.index(after: end)...])
    if source == .slabSums { body = slabSums(heading: text[..<end], rows: body) }
    return KernelSample(time: UInt64((seconds * 1e6).rounded()), source: source, text: body)
  }

  /// Converts a table of /sys/kernel/slab to the sums of each cache. A cache with a missing file is omitted.
  private static func slabSums(heading: Substring, rows: String) -> String {
    let columns = heading.split(separator: "(cache: ", omittingEmptySubsequences: false).last?.dropLast() ?? ""
    let files = columns.split(separator: "|").map { $0.trimmed }
    return SlabSums.text(of: rows.split(separator: "\n").compactMap { SlabSums(row: $0, files: files) })
  }
}
