import FoundationEssentials
import Recordings
import Testing
import Workloads

@testable import Sweeps

@Suite struct RunTests {
  @Test func equalSeedsGiveEqualFiguresOnAnyNumberOfThreads() throws {
    let sweep = try TestSweep.make()
    try TestSweep.withFolder { one in
      try TestSweep.withFolder { other in
        let summary = try SweepRun(sweep, results: one, jobs: 1).run()
        #expect(summary == SweepRun.Summary(skipped: 0, finished: 8, failures: []))
        for index in 0..<3 {
          _ = try SweepRun(sweep, shard: SweepShard(index: index, count: 3), results: other, jobs: 3).run()
        }
        let tables = try [one, other].map { try SweepTable(sweep, results: $0) }
        #expect(tables[0].text == tables[1].text && tables[0].csv == tables[1].csv)
        #expect(try tables[0].json() == tables[1].json() && SweepBest(tables[0]).text == SweepBest(tables[1]).text)
        #expect(tables[0].missing.isEmpty && tables[0].text.contains("8 cells: all done"))
        let results = tables[0].settings.flatMap(\.rows).flatMap(\.results)
        #expect(results.count == 8 && results.allSatisfy { $0.figures.events == 300 && $0.figures.peakSlabBytes > 0 })
        // Seeds are used: the traffic of two seeds differs.
        #expect(Set(results.map(\.figures)).count > 4)
      }
    }
  }

  @Test func finishedCellsAreSkippedAndDamagedOnesRunAgain() throws {
    let sweep = try TestSweep.make(inputs: ["burst"])
    try TestSweep.withFolder { folder in
      _ = try SweepRun(sweep, shard: SweepShard(index: 0, count: 2), results: folder, jobs: 1).run()
      #expect(
        try SweepRun(sweep, results: folder, jobs: 1).run() == SweepRun.Summary(skipped: 2, finished: 2, failures: []))
      // A file system that loses the end of a file leaves half a line.
      let cell = try sweep.cell(at: 1)
      let whole = try String(contentsOfFile: folder.file(of: cell), encoding: .utf8)
      try String(whole.prefix(whole.count / 2)).write(toFile: folder.file(of: cell), atomically: false, encoding: .utf8)
      #expect(folder.result(of: cell) == nil)
      #expect(try SweepTable(sweep, results: folder).missing == [cell])
      #expect(
        try SweepRun(sweep, results: folder, jobs: 2).run() == SweepRun.Summary(skipped: 3, finished: 1, failures: []))
    }
  }

  /// A killed task leaves a temporary file, which is no result and does not prevent the next task from writing one.
  @Test func temporaryFilesOfKilledTasksAreIgnored() throws {
    let cell = try TestSweep.make().cell(at: 0)
    try TestSweep.withFolder { folder in
      let half = "{\"cell\":\"\(cell.key)\",\"fig"
      for name in ["\(cell.key).jsonl.\(ProcessInfo.processInfo.processIdentifier).tmp", "\(cell.key).jsonl.1-2.tmp"] {
        try half.write(toFile: folder.cells + "/" + name, atomically: false, encoding: .utf8)
      }
      #expect(folder.result(of: cell) == nil)
      let result = TestSweep.result(of: cell, peak: 4096)
      try folder.write(result)
      #expect(folder.result(of: cell) == result)
      let text = try String(contentsOfFile: folder.file(of: cell), encoding: .utf8)
      #expect(text.hasSuffix("}\n") && text.count(where: \.isNewline) == 1)
    }
  }

  @Test func aResultOfAnotherCellIsNoResult() throws {
    let sweep = try TestSweep.make()
    let (cell, other) = (try sweep.cell(at: 0), try sweep.cell(at: 1))
    try TestSweep.withFolder { folder in
      try TestSweep.result(of: other, peak: 1).line().write(
        toFile: folder.file(of: cell), atomically: false, encoding: .utf8)
      #expect(folder.result(of: cell) == nil)
      // Figures of another cell under this cell's key.
      let forged = try TestSweep.result(of: other, peak: 1).line().replacing(other.key, with: cell.key)
      try forged.write(toFile: folder.file(of: cell), atomically: false, encoding: .utf8)
      #expect(folder.result(of: cell) == nil)
    }
  }

  @Test func timesAreApartFromFigures() throws {
    let cell = try TestSweep.make().cell(at: 0)
    let lines = try [100.0, 200].map { try TestSweep.result(of: cell, peak: 7, nanoseconds: $0).line() }
    #expect(lines[0] != lines[1])
    let figures = lines.map { line in line.prefix { $0 != "\n" }.split(separator: "\"times\"")[0] }
    #expect(figures[0].contains("\"figures\":{") && figures[0].contains("\"peak_slab_bytes\":7"))
    #expect(figures[0] == figures[1] && !figures[0].contains("ns_per_event") && !figures[0].contains("host"))
  }

  @Test func aFailedCellIsReportedAndTheOthersAreFinished() throws {
    let plan = try TestSweep.make(inputs: ["burst"]).plan
    let workload = try WorkloadCatalog.workload("burst")
    var policy = Policy.hemment
    // The engine refuses general caches in this order.
    (policy.name, policy.generalCacheSizes) = ("broken", [64, 8])
    let sweep = try Sweep(plan, policies: [policy, .linux], version: "1") { _ in
      SweepInput(contentHash: .init("burst".utf8), eventCount: nil, start: nil) { _ in workload.make(workload.defaults)
      }
    }
    try TestSweep.withFolder { folder in
      let summary = try SweepRun(sweep, results: folder, jobs: 2).run()
      #expect(summary.finished == 2 && summary.failures.count == 2)
      #expect(summary.failures.allSatisfy { $0.contains("(burst, broken, seed ") })
      #expect(try SweepTable(sweep, results: folder).missing.map(\.policy) == ["broken", "broken"])
    }
  }

  @Test func secondsLimitTheEvents() throws {
    let sweep = try TestSweep.make(inputs: ["imix"]) {
      $0.limit = .seconds(0.005)
      $0.seeds = [1]
    }
    try TestSweep.withFolder { folder in
      _ = try SweepRun(sweep, results: folder, jobs: 1).run()
      let cell = try sweep.cell(at: 0)
      var (source, batch) = (try sweep.input(at: 0).makeSource(1), [AllocationEvent]())
      var times: [UInt64] = []
      while times.last ?? 0 <= 10_000 {
        try source.nextBatch(into: &batch)
        times += batch.map(\.time)
      }
      let expected = times.firstIndex { $0 > times[0] && $0 - times[0] >= 5_000 }
      #expect(cell.secondLimit == 0.005 && cell.eventLimit == nil)
      #expect(folder.result(of: cell)?.figures.events == expected)
    }
  }
}
