/// Job array of Slurm that runs the missing cells of a sweep, and the job that merges the results after it: their scripts and
/// the arguments of `sbatch`.
package struct SlurmArray: Sendable, Hashable {
  /// Paths in the scripts, all absolute.
  package struct Paths: Sendable, Hashable {
    /// The program on the nodes.
    package var program: String
    /// The plan file.
    package var plan: String
    /// Folder of the results.
    package var results: ResultsFolder

    /// Names the paths.
    package init(program: String, plan: String, results: ResultsFolder) {
      (self.program, self.plan, self.results) = (program, plan, results)
    }
  }

  /// Name of the jobs.
  package let name: String
  /// Number of shards that the cells are divided into: a task runs one.
  package let shardCount: Int
  /// Shards with missing cells, ascending.
  package let shards: [Int]
  private let paths: Paths

  /// Largest number of tasks of an array in Slurm's default configuration (`MaxArraySize` 1001).
  package static let usualTasks = 1000
  /// Seconds of work that a task should have, because Slurm needs up to a second to start one.
  private static let secondsOfTask = 10.0
  /// Estimate of the seconds that an event takes, with reading the input.
  private static let secondsPerEvent = 1e-6
  /// Estimate of the seconds that a cell takes besides its events.
  private static let secondsPerCell = 0.2

  /// Creates the array.
  /// - Parameters:
  ///   - name: Name of the jobs.
  ///   - missing: Indices of the missing cells.
  ///   - cellCount: Number of cells of the sweep.
  ///   - chunk: Number of cells of a task.
  ///   - paths: Paths in the scripts.
  package init(name: String, missing: [Int], cellCount: Int, chunk: Int, paths: Paths) {
    (self.name, self.paths) = (name, paths)
    shardCount = (cellCount + chunk - 1) / chunk
    let count = shardCount
    var rest = missing.sorted()[...]
    shards = (0..<count).filter { index in
      let before = rest.count
      rest = rest.drop { $0 < SweepShard(index: index, count: count).cells(of: cellCount).upperBound }
      return rest.count < before
    }
  }

  /// Returns the number of cells of a task that gives it about 10 s of work, and the array at most 1000 tasks.
  /// - Parameters:
  ///   - cellCount: Number of cells of the sweep.
  ///   - eventsPerCell: Mean number of events of a cell.
  package static func chunk(cellCount: Int, eventsPerCell: Double) -> Int {
    let seconds = secondsPerCell + eventsPerCell * secondsPerEvent
    let least = (cellCount + usualTasks - 1) / usualTasks
    return max(1, least, min(cellCount, Int(secondsOfTask / seconds)))
  }

  /// Arguments of `sbatch` for the array. A task that a failed node interrupts is queued again.
  package var arguments: [String] {
    [
      "--parsable", "--job-name=\(name)", "--array=\(SlurmArray.ranges(shards))", "--requeue", "--open-mode=append",
      "--output=\(paths.results.logs)/%A_%a.log",
    ]
  }

  /// Script of a task.
  package var script: String {
    """
    #!/bin/sh
    # Runs the cells of one shard. Finished cells are skipped, so that a task may be run again at any time.
    exec \(sweepCommand) --shard "$SLURM_ARRAY_TASK_ID/\(shardCount)" --jobs "${SLURM_CPUS_PER_TASK:-1}"

    """
  }

  /// Returns the arguments of `sbatch` for the job that merges the results. It runs after all tasks have ended, even if some
  /// have failed; the tables then name the missing cells.
  /// - Parameter array: ID of the array's job.
  package func mergeArguments(after array: String) -> [String] {
    [
      "--parsable", "--job-name=\(name)-merge", "--dependency=afterany:\(array)", "--open-mode=append",
      "--output=\(paths.results.logs)/%j-merge.log",
    ]
  }

  /// Script of the job that merges the results.
  package var mergeScript: String {
    func file(_ name: String) -> String { SlurmArray.quoted("\(paths.results.path)/\(name)") }
    return """
      #!/bin/sh
      set -e
      \(sweepCommand) --table --force -o \(file("table.txt"))
      \(sweepCommand) --best --force -o \(file("best.txt"))
      \(sweepCommand) --table --format jsonl --force -o \(file("results.jsonl"))

      """
  }

  private var sweepCommand: String {
    "\(SlurmArray.quoted(paths.program)) sweep \(SlurmArray.quoted(paths.plan)) --results \(SlurmArray.quoted(paths.results.path))"
  }

  /// Returns ascending numbers as Slurm writes them: `0-3,7`.
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ",")
  }

  /// Returns a word of the shell that stands for the text.
  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
