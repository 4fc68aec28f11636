import Foundation
import Profiles
import Recordings
import Testing
import Workloads

@testable import Advisor

/// Replays of a part of a source.
@Suite struct RecordingWindowTests {
  private let range = 1_234..<2_345

  private func source() throws -> EventListSource { try .withUnseenFrees() }

  private func window(_ source: EventListSource, _ range: Range<Int>) throws -> RecordingWindow {
    try RecordingWindow(
      of: source, events: range, unseen: source.unseenFrees(), uses: UsedBytesByAllocation())
  }

  private func events(_ window: RecordingWindow) throws -> [AllocationEvent] {
    var (window, events, batch) = (window, [AllocationEvent](), [AllocationEvent]())
    window.rewind()
    repeat {
      try window.nextBatch(into: &batch)
      events += batch
    } while !batch.isEmpty
    return events
  }

  @Test func windowBeginsWithTheLiveObjects() throws {
    let source = try source()
    let window = try window(source, range)
    var live: [UInt32: AllocationEvent] = [:]
    for event in source.events[..<range.lowerBound] {
      switch event.outcome {
      case .allocated, .allocatedOverLive: live[event.slot] = event
      case .freed: live[event.slot] = nil
      default: break
      }
    }
    let all = try events(window)
    let before = all.prefix(window.liveObjects.count)
    #expect(before.count == live.count && Set(before.map(\.slot)) == Set(live.keys))
    #expect(before.allSatisfy { $0.outcome == .allocated && $0.time == source.events[range.lowerBound].time })
    #expect(
      before.allSatisfy { event in
        guard let original = live[event.slot] else { return false }
        return (event.requestedBytes, event.site, event.cpu) == (original.requestedBytes, original.site, original.cpu)
      })
    #expect(Array(all.dropFirst(before.count)) == Array(source.events[range]))
    #expect(window.eventCount == all.count)
    // A second reading has the same events.
    #expect(try events(window) == all)
  }

  /// Every allocation of the window has the unseen free that it has in the whole source.
  @Test func unseenFreesAreThoseOfTheWholeSource() throws {
    let source = try source()
    let window = try window(source, range)
    let (whole, part) = (source.unseenFrees(), window.unseenFrees())
    var (number, numbers) = (0, [UInt32: Int]())
    var expected: [Bool] = []
    for (index, event) in source.events[..<range.upperBound].enumerated() {
      if index == range.lowerBound { expected = window.liveObjects.map { whole.contains(numbers[$0.slot] ?? -1) } }
      guard event.outcome == .allocated || event.outcome == .allocatedOverLive else { continue }
      numbers[event.slot] = number
      if index >= range.lowerBound { expected.append(whole.contains(number)) }
      number += 1
    }
    #expect(expected.indices.allSatisfy { part.contains($0) == expected[$0] } && expected.contains(true))
  }

  @Test func windowOfAllEventsIsTheSource() throws {
    let source = try source()
    let window = try window(source, 0..<source.events.count)
    #expect(window.liveObjects.isEmpty)
    #expect(try events(window) == source.events)
  }

  @Test func windowLiesAroundThePeakAndInsideTheSource() {
    #expect(ReplayedEvents.window(of: 100, around: 500, in: 1_000) == 450..<550)
    #expect(ReplayedEvents.window(of: 100, around: 10, in: 1_000) == 0..<100)
    #expect(ReplayedEvents.window(of: 100, around: 990, in: 1_000) == 900..<1_000)
    #expect(ReplayedEvents.window(of: 100, around: 50, in: 80) == 0..<80)
  }

  /// The comparisons of a long source replay a part of it, and every format names the part. The proof replays all events.
  @Test func reportsNameTheReplayedEvents() throws {
    var options = AdviceOptions()
    options.comparedEvents = 5_000
    let report = try AdviceReport(for: WorkloadCatalog.make("burst", seed: 4), events: 30_000, options)
    let whole = try AdviceReport(for: WorkloadCatalog.make("burst", seed: 4), events: 30_000, AdviceOptions())
    let (proof, proofOfAll) = (try #require(report.advice.proof), try #require(whole.advice.proof))
    let compared = proof.compared
    #expect(!compared.isWhole && compared.lastEvent - compared.firstEvent == 4_999 && compared.events == 30_000)
    #expect(proofOfAll.compared.isWhole)
    #expect(proof.before == proofOfAll.before && proof.after == proofOfAll.after)
    #expect(report.advice.classes == whole.advice.classes && report.advice.verdict == whole.advice.verdict)
    #expect(report.text.contains("every other comparison replayed \(compared.text)"))
    #expect(compared.text.contains(" of 30,000, around the peak of requested bytes"))
    #expect(report.text.components(separatedBy: "\nreplayed \(compared.text)\n").count >= 4)
    #expect(AdviceReport.html([report]).contains("<p>replayed \(compared.text).</p>"))
    #expect(!whole.text.contains("around the peak of requested bytes"))
    let json = try #require(JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let replayed = try #require(json["replayed"] as? [String: Any])
    let part = try #require(replayed["compared"] as? [String: Any])
    #expect(replayed["events"] as? Int == 30_000 && part["first_event"] as? Int == compared.firstEvent)
    #expect(part["last_event"] as? Int == compared.lastEvent && part["live_objects"] as? Int == compared.liveObjects)
  }
}
