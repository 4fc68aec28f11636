import Recordings
import SlabEngine

/// Workload whose load is in proportion to a machine's memory.
package struct PressureWorkload: Sendable {
  /// Settings whose number of flows is scaled.
  private let settings: WorkloadSettings
  /// Peak of slab memory that one flow adds under the reference policy, in bytes.
  private let bytesPerFlow: Double
  /// Events of one flow in a cycle of the workload: a rise and a fall of its memory.
  private let eventsPerFlow: Int

  /// The workload's name.
  package var name: String { settings.workload.name }

  /// Names of the workloads whose memory rises and falls with their flows.
  package static let names = ["burst", "churn"]
  /// Events of one flow in a cycle: `burst` sends 375 packets to each socket, `churn` opens and closes each connection.
  private static let eventsPerFlow = ["burst": 3000, "churn": 120]
  private static let referenceMemory = 1 << 30

  /// Measures the slab memory of a flow: the peak under a reference policy on a machine with ample memory.
  /// - Parameters:
  ///   - name: name of the workload, one of ``names``.
  ///   - reference: policy of the measurement.
  ///   - flows: number of flows of the measurement; nil takes the workload's default. More flows are more exact.
  /// - Throws: `UnknownName` if there is no such workload, and errors of the measurement.
  package init(_ name: String, reference: Policy, flows: Int? = nil) throws {
    guard let events = PressureWorkload.eventsPerFlow[name] else {
      throw UnknownName(kind: "workload with scaled load", name: name, known: PressureWorkload.names)
    }
    var settings = WorkloadSettings(try WorkloadCatalog.workload(name))
    settings.parameters.flows = flows ?? settings.parameters.flows
    self.settings = settings
    eventsPerFlow = events
    let count = settings.parameters.flows * events
    var player = try PolicyPlayer(
      settings.make(), policy: reference, memoryBytes: PressureWorkload.referenceMemory, verification: .off)
    var (played, peak) = (0, 0)
    while played < count {
      let step = try player.play(upTo: min(max(1, count / 400), count - played))
      if step == 0 { break }
      played += step
      peak = max(peak, player.sample().caches.reduce(0) { $0 + $1.slabBytes })
    }
    bytesPerFlow = Double(peak) / Double(settings.parameters.flows)
  }

  /// Returns the workload whose slabs would have `peakSlabBytes` bytes at their peak under the reference policy.
  func settings(peakSlabBytes: Int, seed: UInt64) -> WorkloadSettings {
    var settings = settings
    settings.parameters.flows = max(1, Int(Double(peakSlabBytes) / bytesPerFlow))
    settings.parameters.seed = seed
    return settings
  }

  /// Counts the allocations that would fail on an allocator that wastes no byte: the requested bytes of all live objects must
  /// fit into the memory that the hog leaves. No allocator that serves requests in order, whenever it can, uses less memory.
  /// - Throws: errors of the workload's source.
  package func failuresWithoutWaste(
    memoryBytes: Int, loadPercent: Int, hogPercent: Int, seed: UInt64 = 1
  ) throws -> Int {
    let capacity = memoryBytes / 100 * (100 - hogPercent)
    let settings = settings(peakSlabBytes: capacity / 100 * loadPercent, seed: seed)
    var (source, left, batch) = (settings.make(), events(settings), [AllocationEvent]())
    var (sizes, liveBytes, failures) = ([Int](), 0, 0)
    while left > 0 {
      try source.nextBatch(into: &batch)
      if batch.isEmpty { break }
      for event in batch.prefix(left) where event.outcome == .allocated || event.outcome == .freed {
        let slot = Int(event.slot)
        while sizes.count <= slot { sizes.append(0) }
        // A slot is allocated again only after its object was freed, if it was allocated at all.
        liveBytes -= sizes[slot]
        sizes[slot] = 0
        guard event.outcome == .allocated else { continue }
        let bytes = Int(event.requestedBytes)
        guard liveBytes + bytes <= capacity else {
          failures += 1
          continue
        }
        (sizes[slot], liveBytes) = (bytes, liveBytes + bytes)
      }
      left -= min(left, batch.count)
    }
    return failures
  }

  /// Returns the number of events of a cycle.
  func events(_ settings: WorkloadSettings) -> Int { settings.parameters.flows * eventsPerFlow }
}
