import Foundation
import TestSupport
import Testing

import Profiles
import Recordings

/// Comparison of the statistics of kernel recordings with the figures of an independent program.
///
/// The recordings are in the folder that the environment variable SLABSCOPE_CORPUS names, by default `../shared/corpus` next
/// to the package. Without them the tests are skipped. Debug builds read only the smaller recordings unless
/// SLABSCOPE_CORPUS_ALL is set.
@Suite(.enabled(if: Corpus.isPresent, "no corpus: set SLABSCOPE_CORPUS to a folder with stats.json and recordings"))
struct CorpusTests {
  @Test(arguments: Corpus.recordings)
  func figuresEqualThoseOfTheOracle(recording: Corpus.Entry) throws {
    var reread = try Recording(bytes: try slabtrace(try recording.text()), name: recording.name)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try RecordingStatistics(of: &reread).json().utf8)) as? [String: Any])
    var differing: [String] = []
    for (key, expected) in recording.oracle where Corpus.keys.contains(key) {
      if try canonical(expected) != canonical(json[key] ?? NSNull()) { differing.append(key) }
    }
    #expect(differing == [], "\(recording.name)")
    #expect(reread.byteCount <= reread.eventCount * 8)
  }

  /// Returns JSON in which equal values have equal bytes.
  private func canonical(_ value: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: [value], options: .sortedKeys)
  }

  /// The oracle reads the times of trace-cmd, which have no flags before them, as ticks. Therefore they are compared with the
  /// times of the same events in the text of ftrace.
  @Test func timesOfTraceCmdEqualThoseOfFtrace() throws {
    let lifetimes = try ["raw_memcached.trace-cmd-report.txt.zst", "raw_memcached.ptr.trace.txt.zst"].map { name in
      let entry = try #require(Corpus.entries.first { $0.name == name })
      var recording = try Recording(bytes: try slabtrace(try entry.text()), name: name)
      return try RecordingStatistics(of: &recording).lifetimeLog2
    }
    #expect(lifetimes[0] == lifetimes[1])
  }
}
