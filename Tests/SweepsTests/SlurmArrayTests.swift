import Testing

@testable import Sweeps

@Suite struct SlurmArrayTests {
  private func array(missing: [Int], cells: Int, chunk: Int) -> SlurmArray {
    SlurmArray(
      name: "mine", missing: missing, cellCount: cells, chunk: chunk,
      paths: SlurmArray.Paths(program: "/opt/it's here/slabscope", plan: "/p/mine.toml", results: ResultsFolder("/r")))
  }

  @Test func onlyShardsWithMissingCellsAreSubmitted() {
    let array = array(missing: [9, 0, 1, 4], cells: 10, chunk: 2)
    #expect(array.shardCount == 5 && array.shards == [0, 2, 4])
    #expect(array.arguments.contains("--array=0,2,4") && array.arguments.contains("--requeue"))
    #expect(self.array(missing: Array(0..<10), cells: 10, chunk: 3).arguments.contains("--array=0-3"))
  }

  @Test func theShardsOfAnArrayHaveAllMissingCells() {
    for chunk in 1...12 {
      let array = array(missing: [3, 7, 8], cells: 11, chunk: chunk)
      let cells = array.shards.flatMap { SweepShard(index: $0, count: array.shardCount).cells(of: 11) }
      #expect([3, 7, 8].allSatisfy(cells.contains))
      #expect(
        array.shards.allSatisfy {
          SweepShard(index: $0, count: array.shardCount).cells(of: 11).contains(where: [3, 7, 8].contains)
        })
    }
  }

  @Test func scriptsQuotePathsAndRunOneShard() {
    let array = array(missing: [0], cells: 4, chunk: 1)
    #expect(
      array.script.contains(
        "exec '/opt/it'\\''s here/slabscope' sweep '/p/mine.toml' --results '/r' --shard \"$SLURM_ARRAY_TASK_ID/4\""))
    #expect(array.mergeArguments(after: "12").contains("--dependency=afterany:12"))
    #expect(array.mergeScript.contains("--table --force -o '/r/table.txt'"))
  }

  @Test func tasksTakeLongEnoughAndAreFewEnough() {
    // 10 s of cells of 0.2 s + 0.3 s.
    #expect(SlurmArray.chunk(cellCount: 1000, eventsPerCell: 300_000) == 20)
    #expect(SlurmArray.chunk(cellCount: 4, eventsPerCell: 1000) == 4)
    #expect(SlurmArray.chunk(cellCount: 4, eventsPerCell: 1e9) == 1)
    let chunk = SlurmArray.chunk(cellCount: 500_000, eventsPerCell: 1e9)
    #expect(array(missing: [], cells: 500_000, chunk: chunk).shardCount <= SlurmArray.usualTasks)
  }

  @Test func rangesAreJoined() {
    #expect(SlurmArray.ranges([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8" && SlurmArray.ranges([3]) == "3")
  }
}
