import Testing
import Workloads

@testable import Sweeps

@Suite struct CellTests {
  @Test func eachCombinationIsOneCell() throws {
    let sweep = try TestSweep.make {
      $0.pressures = [0, 50]
      $0.memoryBytes = [16 << 20, 32 << 20]
    }
    let cells = try (0..<sweep.count).map { try sweep.cell(at: $0) }
    #expect(cells.count == 2 * 2 * 2 * 2 * 2 && Set(cells).count == cells.count)
    #expect(Set(cells.map(\.key)).count == cells.count && cells.allSatisfy { $0.key.count == 16 })
    // Neighbours differ in the policy, then in the pressure.
    #expect(cells[0].policy != cells[1].policy && cells[0].pressure == cells[1].pressure)
    #expect(cells[1].pressure != cells[2].pressure && cells[0].input == cells[15].input)
    #expect(cells[15].input != cells[16].input)
  }

  @Test func everythingThatAResultDependsOnChangesTheKey() throws {
    let cell = try TestSweep.make().cell(at: 0)
    let changes: [(inout SweepCell) -> Void] = [
      { $0.inputHash += "0" }, { $0.policyHash += "0" }, { $0.memoryBytes += 1 }, { $0.pressure += 1 },
      { $0.seed += 1 }, { $0.eventLimit = 7 }, { $0.secondLimit = 1 }, { $0.startsEmpty = true }, { $0.version = "2" },
    ]
    let keys = changes.map { change in
      var changed = cell
      change(&changed)
      return changed.key
    }
    #expect(Set(keys + [cell.key]).count == changes.count + 1)
    var renamed = cell
    renamed.input = "elsewhere/burst"
    #expect(renamed.key == cell.key && renamed.isSameReplay(as: cell))
  }

  @Test func aChangedPolicyChangesTheKey() throws {
    let plan = try TestSweep.make().plan
    var policy = Policy.hemment
    policy.sharingBound = 0.25
    let keys = try [[Policy.hemment, .linux], [policy, .linux]].map { policies in
      let open = try TestSweep.make()
      return try Sweep(plan, policies: policies, version: "1") { try open.input(at: $0) }.cell(at: 0).key
    }
    #expect(keys[0] != keys[1])
  }

  @Test func policiesOfTheSameNameAreRefused() throws {
    let plan = try SweepPlan(toml: "inputs = [\"burst\"]\npolicies = [\"a.toml\", \"b.toml\"]", file: "p.toml")
    let error = #expect(throws: SweepError.self) {
      try Sweep(plan, policies: [.linux, .linux], version: "1") { _ in throw SweepError("not opened") }
    }
    #expect(error?.description.hasPrefix("p.toml:2: entry 2 of 'policies': has the name 'linux', as entry 1") == true)
  }

  @Test(arguments: [(1, 1), (7, 3), (8, 3), (64, 64), (5, 8), (0, 4), (100_000, 99_991)])
  func shardsAreAPartition(cells: Int, count: Int) {
    let shards = (0..<count).map { SweepShard(index: $0, count: count).cells(of: cells) }
    #expect(shards.first?.lowerBound == 0 && shards.last?.upperBound == cells)
    #expect(zip(shards, shards.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    let lengths = shards.map(\.count)
    #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
  }

  @Test func shardsAreParsed() {
    #expect(SweepShard("3/64") == SweepShard(index: 3, count: 64) && SweepShard("0/1") == .whole)
    for text in ["64/64", "-1/4", "1", "1/0", "a/b", "1/2/3", "", "/", "1/99999999"] {
      #expect(SweepShard(text) == nil)
    }
  }

  /// A task opens only the inputs of its shard.
  @Test func onlyNeededInputsAreOpened() throws {
    let other = try TestSweep.make()
    let sweep = try Sweep(other.plan, policies: other.policies, version: "1") { index in
      guard index == 0 else { throw SweepError("input \(index) was opened") }
      return try other.input(at: index)
    }
    for index in SweepShard(index: 0, count: 2).cells(of: sweep.count) { _ = try sweep.cell(at: index) }
    #expect(throws: SweepError.self) { try sweep.cell(at: sweep.count - 1) }
  }
}
