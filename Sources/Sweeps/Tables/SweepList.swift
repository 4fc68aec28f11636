import TextOutput

/// List of the cells of a shard with their states.
package struct SweepList: Sendable {
  /// Cell with its state.
  package struct Entry: Sendable {
    /// Number of the cell in the sweep, from 0.
    package var index: Int
    /// The cell.
    package var cell: SweepCell
    /// Whether the cell has a result.
    package var isDone: Bool

    fileprivate var state: String { isDone ? "done" : "missing" }
  }

  /// Cells in the order of the sweep.
  package let entries: [Entry]
  private let plan: String

  /// Reads the states of the cells of a shard.
  /// - Throws: The errors of opening the inputs.
  package init(_ sweep: Sweep, shard: SweepShard, results: ResultsFolder) throws {
    plan = sweep.plan.name
    entries = try shard.cells(of: sweep.count).map { index in
      let cell = try sweep.cell(at: index)
      return Entry(index: index, cell: cell, isDone: results.result(of: cell) != nil)
    }
  }

  /// Table of text.
  package var text: String {
    var table = TextTable(
      ["cell", "state", "input", "policy", "memory", "pressure", "seed"], lastColumn: .figures)
    for entry in entries {
      let cell = entry.cell
      table.add([
        cell.key, entry.state, cell.input, cell.policy, ByteCount.text(cell.memoryBytes), "\(cell.pressure)%",
        "\(cell.seed)",
      ])
    }
    let done = entries.count(where: \.isDone)
    return "\(plan): \(entries.count) cells, \(done) done, \(entries.count - done) missing\n\n\(table.text)\n"
  }

  /// Comma-separated values: a row for each cell.
  package var csv: String {
    let rows = entries.map { entry in
      let cell = entry.cell
      return [
        cell.key, entry.state, EscapedText.field(cell.input), EscapedText.field(cell.policy), "\(cell.memoryBytes)",
        "\(cell.pressure)", "\(cell.seed)",
      ].joined(separator: ",")
    }
    return (["cell,state,input,policy,memory_bytes,pressure_percent,seed"] + rows).map { $0 + "\n" }.joined()
  }

  /// JSON object with the keys `plan` and `cells`, an array.
  package func json() throws -> String { try SweepJSON.text(of: Document(self)) }

  private struct Document: Encodable {
    struct Cell: Encodable {
      var cell: String
      var state: String
      var input: String
      var policy: String
      var memoryBytes: Int
      var pressure: Int
      var seed: UInt64
    }

    var plan: String
    var cells: [Cell]

    init(_ list: SweepList) {
      plan = list.plan
      cells = list.entries.map { entry in
        let cell = entry.cell
        return Cell(
          cell: cell.key, state: entry.state, input: cell.input, policy: cell.policy, memoryBytes: cell.memoryBytes,
          pressure: cell.pressure, seed: cell.seed)
      }
    }
  }
}
