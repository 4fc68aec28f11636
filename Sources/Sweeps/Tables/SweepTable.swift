import Workloads

/// Results of a sweep: a row for each input, memory, pressure and policy, with the mean of each figure over the seeds.
///
/// Without times, equal cells give an equal table, wherever and in whatever order they ran.
package struct SweepTable: Sendable {
  /// Input, machine memory and memory pressure, for which policies are compared.
  package struct Setting: Sendable, Hashable {
    /// Input, as the plan names it.
    package var input: String
    /// Machine memory in bytes.
    package var memoryBytes: Int
    /// Memory pressure in percent.
    package var pressure: Int
  }

  /// One policy in a setting.
  package struct Row: Sendable {
    /// Name of the policy.
    package var policy: String
    /// Results of the seeds that are done, in the order of the plan.
    package var results: [CellResult]
    /// Number of seeds without a result.
    package var missingSeeds: Int
    /// Whether no other policy of the setting has less memory and as few failed allocations, or the converse; with times, also
    /// the time per event counts. False without results.
    package internal(set) var isOnParetoFront = false
  }

  /// Name of the plan.
  package let plan: String
  /// Number of cells.
  package private(set) var cellCount = 0
  /// Cells without a result.
  package private(set) var missing: [SweepCell] = []
  /// Rows of each setting in the order of the policies of the plan.
  package private(set) var settings: [(setting: Setting, rows: [Row])] = []
  /// Whether times are part of the table.
  package let hasTimes: Bool

  /// Reads the results of a sweep.
  /// - Parameters:
  ///   - sweep: The sweep.
  ///   - results: Folder of the results.
  ///   - hasTimes: Whether times are part of the table.
  /// - Throws: The errors of opening the inputs.
  package init(_ sweep: Sweep, results: ResultsFolder, hasTimes: Bool = false) throws {
    (plan, self.hasTimes) = (sweep.plan.name, hasTimes)
    var indices: [Setting: Int] = [:]
    for cellIndex in 0..<sweep.count {
      let cell = try sweep.cell(at: cellIndex)
      let setting = Setting(input: cell.input, memoryBytes: cell.memoryBytes, pressure: cell.pressure)
      if indices[setting] == nil {
        indices[setting] = settings.count
        settings.append((setting, sweep.policies.map { Row(policy: $0.name, results: [], missingSeeds: 0) }))
      }
      add(results.result(of: cell), of: cell, to: indices[setting] ?? 0, sweep.position(of: cellIndex).policy)
    }
    for index in settings.indices { markFront(&settings[index].rows) }
  }

  private mutating func add(_ result: CellResult?, of cell: SweepCell, to setting: Int, _ policy: Int) {
    cellCount += 1
    if let result {
      settings[setting].rows[policy].results.append(result)
    } else {
      settings[setting].rows[policy].missingSeeds += 1
      missing.append(cell)
    }
  }

  private func markFront(_ rows: inout [Row]) {
    let present = rows.indices.filter { !rows[$0].results.isEmpty }
    let members = ParetoFront.members(present.map { index in costs(of: rows[index]) })
    for (index, isMember) in zip(present, members) { rows[index].isOnParetoFront = isMember }
  }

  private func costs(of row: Row) -> [Double] {
    let costs = [row.peakSlabBytes.mean, row.statistics { Double($0.figures.failedAllocations) }.mean]
    return hasTimes ? costs + [row.statistics { $0.times.nanosecondsPerEvent }.mean] : costs
  }

  /// Figures of the table.
  var figures: [SweepFigure] { hasTimes ? SweepFigure.exact + SweepFigure.times : SweepFigure.exact }

  /// Sentence about the cells: `32 cells: 30 done, 2 missing`.
  package var progressText: String {
    let done = cellCount - missing.count
    return "\(cellCount) cells: " + (missing.isEmpty ? "all done" : "\(done) done, \(missing.count) missing")
  }
}

extension SweepTable.Row {
  /// Returns the statistics of a figure over the seeds.
  func statistics(_ value: (CellResult) -> Double) -> SeedStatistics { SeedStatistics(results.map(value)) }

  /// Statistics of the peak of slab memory.
  var peakSlabBytes: SeedStatistics { statistics { Double($0.figures.peakSlabBytes) } }
}
