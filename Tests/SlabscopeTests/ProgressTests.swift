import Testing

@testable import slabscope

@Suite struct ProgressTests {
  private func text(_ done: Int, of total: Int?, _ detail: String = "", took seconds: Double = 10, at now: Double = 10)
    -> String
  {
    Progress.text("importing", Progress.Work(done: done, total: total, detail: detail, seconds: seconds), at: now)
  }

  @Test func progressHasPercentAndRemainingTime() {
    #expect(text(25, of: 100, "8 events") == "importing: 25 %, 30 s left, 8 events")
    #expect(text(1, of: 100) == "importing: 1 %, 16 min 30 s left")
    #expect(text(1, of: 1000) == "importing: 0 %, 2 h 46 min left")
    #expect(text(120, of: 100) == "importing: 100 %, 0 s left")
  }

  @Test func remainingTimeDecreasesBetweenUpdates() {
    #expect(text(25, of: 100, at: 15) == "importing: 25 %, 25 s left")
    #expect(text(25, of: 100, at: 60) == "importing: 25 %, 0 s left")
  }

  @Test func unknownTotalsHaveNoPercentage() {
    #expect(text(25, of: nil, "8 events") == "importing: 8 events")
    #expect(text(0, of: 100) == "importing")
    #expect(text(5, of: 0) == "importing")
  }
}
