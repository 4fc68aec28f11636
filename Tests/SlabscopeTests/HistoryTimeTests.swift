import Foundation
import Testing

@testable import slabscope

@Suite struct HistoryTimeTests {
  @Test(arguments: [
    ("-2m", HistoryTime.before(120)), ("-90s", .before(90)), ("-1.5h", .before(5400)), ("-7d", .before(604_800)),
    ("-45", .before(45)), ("14:05", .timeOfDay(50_700)), ("14:05:30", .timeOfDay(50_730)), ("0:00", .timeOfDay(0)),
  ])
  func timesAreParsed(_ text: String, _ time: HistoryTime) { #expect(HistoryTime(text) == time) }

  @Test(arguments: ["", "-", "2m", "24:00", "12:60", "12", "12:00:00:00", "-2x", "2026-13-01T10:00", "T10:00", "-0"])
  func otherTextsAreNoTimes(_ text: String) { #expect(HistoryTime(text) == nil) }

  @Test func aDateIsInLocalTime() throws {
    guard case .date(let seconds) = try #require(HistoryTime("2026-11-23T14:05:30")) else {
      return #expect(Bool(false), "date")
    }
    #expect(LocalTime(seconds).description == "2026-11-23 14:05:30")
    #expect(HistoryTime("2026-11-23 14:05:30") == .date(seconds))
  }

  @Test func aTimeOfDayIsTheLatestBeforeTheEnd() throws {
    guard case .date(let end) = try #require(HistoryTime("2026-11-23T10:00")) else {
      return #expect(Bool(false), "date")
    }
    #expect(HistoryTime.timeOfDay(9 * 3600).seconds(before: end) == end - 3600)
    #expect(HistoryTime.timeOfDay(11 * 3600).seconds(before: end) == end - 23 * 3600)
    #expect(HistoryTime.before(60).seconds(before: end) == end - 60)
  }
}
