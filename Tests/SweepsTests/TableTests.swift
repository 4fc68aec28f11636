import Testing

@testable import Sweeps

@Suite struct TableTests {
  /// Values computed by hand: the sum of squared deviations of 2, 4, 4, 4, 5, 5, 7, 9 from 5 is 32.
  @Test func statisticsAreThoseOfStudent() throws {
    let many = SeedStatistics([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(many.mean == 5 && many.count == 8)
    // 2.3646 x sqrt(32 / 7 / 8)
    #expect(abs(try #require(many.halfWidth) - 1.78746) < 1e-4)
    // 12.7062 x sqrt(2 / 2)
    #expect(abs(try #require(SeedStatistics([10, 12]).halfWidth) - 12.7062) < 1e-9)
    #expect(SeedStatistics([3]).halfWidth == nil && SeedStatistics([3]).mean == 3 && SeedStatistics([]).mean == 0)
    let equal = SeedStatistics([0.1, 0.1, 0.1])
    #expect(equal.mean == 0.1 && equal.halfWidth == 0)
  }

  /// Quantiles of tables of the t distribution.
  @Test(arguments: [(31, 2.0395), (40, 2.0211), (60, 2.0003), (120, 1.9799), (1000, 1.9623)])
  func quantilesAboveTheTable(degrees: Int, quantile: Double) {
    #expect(abs(SeedStatistics.quantile(degreesOfFreedom: degrees) - quantile) < 0.0001)
  }

  @Test func differencesAreJudgedByTheInterval() {
    #expect(SeedStatistics([1]).differsFromZero && !SeedStatistics([0]).differsFromZero)
    #expect(SeedStatistics([1, 1, 1]).differsFromZero && !SeedStatistics([1, -1, 1]).differsFromZero)
    #expect(!SeedStatistics([]).differsFromZero)
  }

  @Test func theParetoFrontHasWhatNothingDominates() {
    let costs: [[Double]] = [[1, 9], [2, 5], [3, 5], [2, 5], [9, 1], [9, 9]]
    #expect(ParetoFront.members(costs) == [true, true, false, true, true, false])
    #expect(ParetoFront.members([]).isEmpty && ParetoFront.members([[3]]) == [true])
  }

  /// Peaks of hemment and linux for the seeds 1 and 2, for each of two inputs.
  private func table(_ peaks: [[Int]], failed: [Int] = [0, 0], hasTimes: Bool = false) throws -> SweepTable {
    let sweep = try TestSweep.make()
    var table: SweepTable?
    try TestSweep.withFolder { folder in
      for index in 0..<sweep.count {
        let position = sweep.position(of: index)
        let peak = peaks[position.input][position.seed * 2 + position.policy]
        guard peak > 0 else { continue }
        try folder.write(
          TestSweep.result(
            of: sweep.cell(at: index), peak: peak, failed: failed[position.policy],
            nanoseconds: position.policy == 0 ? 90 : 80))
      }
      table = try SweepTable(sweep, results: folder, hasTimes: hasTimes)
    }
    return try #require(table)
  }

  @Test func rowsHaveMeansAndIntervals() throws {
    let table = try table([[1000, 2000, 1400, 2000], [5000, 5000, 5000, 5000]])
    let row = table.settings[0].rows[0]
    #expect(row.policy == "hemment" && row.peakSlabBytes.mean == 1200 && row.isOnParetoFront)
    #expect(!table.settings[0].rows[1].isOnParetoFront && table.settings[1].rows.allSatisfy(\.isOnParetoFront))
    let lines = table.csv.split(separator: "\n")
    #expect(
      lines[0].hasPrefix("input,memory_bytes,pressure_percent,policy,seeds,missing_seeds,pareto_front,peak_slab_bytes,")
    )
    #expect(lines[1].hasPrefix("burst,16777216,0,hemment,2,0,1,1200.0,-1341.24"))
    #expect(lines[2].hasPrefix("burst,16777216,0,linux,2,0,0,2000.0,2000.0,2000.0,") && lines.count == 5)
    #expect(try table.json().contains("\"peak_slab_bytes\" : {"))
    #expect(try table.jsonLines().split(separator: "\n").count == 8)
    #expect(!table.csv.contains("ns_per_event") && !table.text.contains("ns per event"))
  }

  @Test func missingCellsAreNamed() throws {
    let table = try table([[1000, 0, 1400, 2000], [0, 0, 0, 0]])
    #expect(table.progressText == "8 cells: 3 done, 5 missing" && table.missing.count == 5)
    #expect(table.text.contains("\(table.missing[0].key)  burst, linux, seed 1"))
    #expect(table.text.contains("1/2") && SweepBest(table).rankings.count == 1)
    #expect(SweepBest(table).rankings[0].isIncomplete && SweepBest(table).text.contains("(incomplete)"))
    #expect(SweepBest(table).text.contains("missing; run the sweep again"))
  }

  @Test func theBestPolicyHasTheLowestPeakSeedBySeed() throws {
    // With imix the policies differ by +100 and -100: no difference.
    let best = SweepBest(try table([[1000, 2000, 1400, 2400], [5000, 5100, 5100, 5000]]))
    #expect(best.rankings.map(\.winners) == [["hemment"], ["hemment", "linux"]])
    #expect(best.rankings[0].next == "linux" && best.rankings[0].nextExcess == 2200.0 / 1200 - 1)
    #expect(best.rankings[1].next == nil)
    #expect(best.scores.map(\.policy) == ["hemment", "linux"])
    #expect(best.scores[0].wins == 1 && best.scores[0].ties == 1 && best.scores[0].relativePeak == 1)
    #expect(abs(try #require(best.scores[1].relativePeak) - (2200.0 / 1200).squareRoot()) < 1e-12)
    #expect(best.csv.split(separator: "\n").count == 3)
    #expect(try best.json().contains("\"next_excess\""))
  }

  /// A policy with more memory is on the front if it fails less or, with times, if it is faster.
  @Test func failuresAndTimesExtendTheFront() throws {
    let peaks = [[1000, 2000, 1000, 2000], [1000, 2000, 1000, 2000]]
    func front(_ table: SweepTable) -> [Bool] { table.settings[0].rows.map(\.isOnParetoFront) }
    #expect(front(try table(peaks)) == [true, false])
    #expect(front(try table(peaks, failed: [3, 0])) == [true, true])
    let timed = try table(peaks, hasTimes: true)
    #expect(front(timed) == [true, true] && timed.csv.contains("ns_per_event"))
  }

  @Test func theListTellsTheState() throws {
    let sweep = try TestSweep.make()
    try TestSweep.withFolder { folder in
      try folder.write(TestSweep.result(of: sweep.cell(at: 2), peak: 1))
      let list = try SweepList(sweep, shard: .whole, results: folder)
      #expect(list.entries.filter(\.isDone).map(\.index) == [2])
      #expect(list.text.contains("8 cells, 1 done, 7 missing") && list.csv.split(separator: "\n").count == 9)
      #expect(
        try SweepList(sweep, shard: SweepShard(index: 3, count: 4), results: folder).entries.map(\.index) == [6, 7])
      #expect(try list.json().contains("\"state\" : \"done\""))
    }
  }
}
