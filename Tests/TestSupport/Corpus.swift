import Foundation
import Testing

/// Recordings of a real kernel, with the figures that an independent program (the oracle) computed for them. `CorpusTests`
/// describes where they are.
package enum Corpus {
  /// Recording of the corpus.
  package struct Entry: Sendable, CustomTestStringConvertible {
    /// Name of the file.
    package let name: String
    let path: String
    /// Figures of the oracle, by name.
    package nonisolated(unsafe) let oracle: [String: Any]
    /// Name of the file.
    package var testDescription: String { name }

    /// Returns the decompressed trace.
    package func text() throws -> [UInt8] { try Corpus.decompressed(path) }
  }

  /// Decompresses a file of the corpus.
  package static func decompressed(_ path: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["zstdcat", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "zstdcat failed; apt-get install zstd")
    return [UInt8](data)
  }

  /// Names of the figures to compare.
  package static let keys: Set<String> = [
    "lines", "comment_lines", "other_lines", "lost_events", "format", "pointers", "events", "by_event", "null_frees",
    "zero_size_frees", "null_allocs", "allocs", "frees", "paired_frees", "unmatched_frees", "alloc_over_live",
    "live_at_end", "never_freed", "unmatched_free_share", "never_freed_share", "cross_cpu_frees",
    "pairs_across_event_kinds", "bytes_req_total", "bytes_alloc_total", "waste_share", "paired_free_bytes_req",
    "paired_free_bytes_alloc", "live_at_end_bytes_req", "live_at_end_bytes_alloc", "peak_live_objects",
    "peak_live_bytes_req", "peak_live_bytes_alloc", "timestamps_backwards", "lifetime_log2_us", "events_per_cpu",
    "caches", "peak_event_index", "skb_events", "skb_event_share", "skb_allocs", "first_ts_us", "last_ts_us",
    "kmalloc_sizes",
    "kmalloc_classes", "alloc_call_sites", "free_call_sites", "unmatched_free_call_sites",
  ]

  /// Folder of the corpus.
  package static let folder =
    ProcessInfo.processInfo.environment["SLABSCOPE_CORPUS"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/corpus")
    .standardized.path

  /// Whether there is a corpus.
  package static let isPresent = FileManager.default.fileExists(atPath: folder + "/stats.json")

  /// All recordings for which the oracle has figures.
  package static let entries: [Entry] = {
    guard isPresent, let files = FileManager.default.enumerator(atPath: folder) else { return [] }
    let paths = files.compactMap { $0 as? String }
    return ["stats.json", "stats-tools.json"].flatMap { stats -> [Entry] in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(stats)"),
        let figures = try? JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
      else { return [] }
      return figures.compactMap { name, oracle in
        paths.first { ($0 as NSString).lastPathComponent == name }
          .map { Entry(name: name, path: "\(folder)/\($0)", oracle: oracle) }
      }
    }.sorted { $0.name < $1.name }
  }()

  /// Recordings that this run reads. Figures of the oracle that are known to be wrong are left out (see `CorpusTests`).
  package static let recordings: [Entry] = entries.filter { readsAll || ($0.oracle["events"] as? Int ?? 0) < 30_000 }
    .map { entry in
      guard entry.name.contains("trace-cmd-report") else { return entry }
      let mistaken: Set<String> = ["lifetime_log2_us", "timestamps_backwards", "first_ts_us", "last_ts_us"]
      return Entry(name: entry.name, path: entry.path, oracle: entry.oracle.filter { !mistaken.contains($0.key) })
    }

  private static var readsAll: Bool {
    #if DEBUG
      ProcessInfo.processInfo.environment["SLABSCOPE_CORPUS_ALL"] != nil
    #else
      true
    #endif
  }
}
