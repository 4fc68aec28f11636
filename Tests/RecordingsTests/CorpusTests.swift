import Foundation
import TestSupport
import Testing

@testable import Recordings

/// Recordings of a real kernel against the figures of an independent oracle.
///
/// They lie beside the package (`../shared/corpus`) or where SLABSCOPE_CORPUS says; without them these tests are skipped.
/// All are read when SLABSCOPE_CORPUS_ALL is set (or in a release build), the smaller ones otherwise.
@Suite(.enabled(if: Corpus.isPresent, "no corpus: set SLABSCOPE_CORPUS to a folder with stats.json and recordings"))
struct CorpusTests {
  @Test(arguments: Corpus.recordings)
  func theFiguresEqualTheOracles(recording: Corpus.Entry) throws {
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

  /// One spelling of equal JSON values.
  private func canonical(_ value: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: [value], options: .sortedKeys)
  }

  /// The oracle takes trace-cmd's times, which have no flags before them, for ticks; ours are the microseconds of the same
  /// events as ftrace printed them.
  @Test func traceCmdsTimesAreThoseOfTheSameEventsInFtrace() throws {
    let lifetimes = try ["raw_memcached.trace-cmd-report.txt.zst", "raw_memcached.ptr.trace.txt.zst"].map { name in
      let entry = try #require(Corpus.entries.first { $0.name == name })
      var recording = try Recording(bytes: try slabtrace(try entry.text()), name: name)
      return try RecordingStatistics(of: &recording).lifetimeLog2
    }
    #expect(lifetimes[0] == lifetimes[1])
  }
}
