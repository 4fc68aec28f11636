import Recordings
import Synchronization
package import Workloads

/// A plan with its policies and inputs: the list of cells.
///
/// Cells are in the order of inputs, then of memory sizes, seeds, pressures and policies, so that neighbours share what has to
/// be read of an input. An input is opened when the first of its cells is needed: a task that runs a part of the sweep opens
/// only the inputs of this part.
package final class Sweep: Sendable {
  /// Indices of a cell in the lists of the plan.
  struct Position: Hashable {
    var input: Int
    /// Index of the memory size; 0 if the plan has none.
    var memory: Int
    var seed: Int
    var pressure: Int
    var policy: Int
  }

  /// The plan.
  package let plan: SweepPlan
  /// Policies, in the order of the plan.
  package let policies: [Policy]
  private let policyHashes: [String]
  private let version: String
  private let open: @Sendable (_ index: Int) throws -> SweepInput
  private let inputs: Mutex<[Int: SweepInput]>

  /// Creates the sweep of a plan.
  /// - Parameters:
  ///   - plan: The plan.
  ///   - policies: Its policies, in the same order.
  ///   - version: Version of slabscope.
  ///   - open: Opens the input with an index in `plan.inputs`.
  /// - Throws: ``SweepError`` if two policies have the same name, because rows of tables are named by it.
  package init(
    _ plan: SweepPlan, policies: [Policy], version: String,
    open: @escaping @Sendable (_ index: Int) throws -> SweepInput
  ) throws {
    (self.plan, self.policies, self.version, self.open) = (plan, policies, version, open)
    policyHashes = policies.map { ContentHash($0.toml.utf8).description }
    inputs = Mutex([:])
    for (index, policy) in policies.enumerated() {
      guard let first = policies[..<index].firstIndex(where: { $0.name == policy.name }) else { continue }
      throw plan.error(
        "has the name '\(policy.name)', as entry \(first + 1); change 'name' in one of the files", entry: index,
        of: "policies")
    }
  }

  /// Number of cells.
  package var count: Int { plan.cellCount }

  /// Returns the cell with an index.
  /// - Throws: The errors of opening its input.
  package func cell(at index: Int) throws -> SweepCell {
    let position = position(of: index)
    let input = try input(at: position.input)
    var cell = SweepCell(
      input: plan.inputs[position.input], inputHash: input.contentHash.description,
      policy: policies[position.policy].name, policyHash: policyHashes[position.policy],
      memoryBytes: plan.memoryBytes.isEmpty ? input.defaultMemoryBytes : plan.memoryBytes[position.memory],
      pressure: plan.pressures[position.pressure], seed: plan.seeds[position.seed], startsEmpty: plan.startsEmpty,
      version: version)
    switch plan.limit {
    case .events(let count): cell.eventLimit = min(count, input.eventCount ?? count)
    case .seconds(let seconds): cell.secondLimit = seconds
    case nil: cell.eventLimit = input.eventCount ?? SweepInput.defaultCountOfWorkload
    }
    return cell
  }

  /// Returns the input with an index, opening it if necessary.
  package func input(at index: Int) throws -> SweepInput {
    try inputs.withLock { inputs in
      if let input = inputs[index] { return input }
      let input = try open(index)
      inputs[index] = input
      return input
    }
  }

  /// Returns the indices of a cell in the lists of the plan.
  func position(of index: Int) -> Position {
    var rest = index
    func next(_ count: Int) -> Int {
      defer { rest /= count }
      return rest % count
    }
    let policy = next(plan.policies.count)
    let pressure = next(plan.pressures.count)
    let seed = next(plan.seeds.count)
    let memory = next(max(1, plan.memoryBytes.count))
    return Position(input: rest, memory: memory, seed: seed, pressure: pressure, policy: policy)
  }
}
