import Telemetry
import Workloads

/// The slabs of a kernel's caches by occupancy at a moment, and the caches' parameters.
struct KernelOccupancy: Sendable {
  /// By name; a size's kmalloc caches together if their kinds are joined. A name that stands for caches of different strides is
  /// left out, since slabinfo does not tell those apart either.
  private(set) var caches: [String: SlabOccupancy] = [:]

  /// Reads a sample of a recording.
  /// - Throws: `SlabOccupancy.ParseError` if the text is no such sample.
  init(_ text: String, joiningKmallocKinds joins: Bool) throws {
    var ambiguous: Set<String> = []
    for var cache in try SlabOccupancy.caches(text: text) {
      let isNamesake = !joins || KernelSamples.family(of: cache.name) == cache.name
      if joins { cache.name = KernelSamples.family(of: cache.name) }
      // Of a cache whose lists changed all the time only the number of slabs is known.
      if !cache.isComplete { ambiguous.insert(cache.name) }
      guard let known = caches[cache.name] else {
        caches[cache.name] = cache
        continue
      }
      if known.parameters.stride != cache.parameters.stride { ambiguous.insert(cache.name) }
      // kmalloc's normal cache has the parameters.
      if !isNamesake { cache.parameters = known.parameters }
      cache.groups += known.groups
      cache.objectsInSheaves += known.objectsInSheaves
      cache.knowsObjectsOnCPUs = cache.knowsObjectsOnCPUs && known.knowsObjectsOnCPUs
      caches[cache.name] = cache
    }
    for name in ambiguous { caches[name] = nil }
  }

  /// Live objects of the caches in which all free ones are known.
  var liveObjects: [String: Int] { caches.filter { $0.value.knowsObjectsOnCPUs }.mapValues(\.liveObjects) }

  /// The version of SLUB: since Linux 7.0 no cache has a CPU partial list.
  var variant: SLUBParameters.Variant {
    let hasLists = caches.values.contains {
      $0.parameters.cpuPartialSlabs > 0 || $0.slabs(on: .cpu) + $0.slabs(on: .cpuPartial) > 0
    }
    return hasLists || caches.values.allSatisfy { $0.parameters.sheafCapacity == 0 } ? .cpuSlabs : .sheaves
  }

  /// A cache as slabinfo has it, with its parameters and the place of every slab.
  func start(of cache: StartingState.Cache, cpus: Int) -> StartingState.Cache? {
    guard let occupancy = caches[cache.name], occupancy.parameters.stride == cache.stride else { return nil }
    var start = cache
    start.layout = SLUBCacheLayout(occupancy.parameters, name: cache.name, variant: variant, cpus: cpus)
    start.occupancy = occupancy.startingGroups(cpus: cpus)
    start.isNodeOrderKnown = false
    start.objectsInSheaves = occupancy.objectsInSheaves
    start.mergedCaches = occupancy.parameters.mergedCaches
    // Of the same instant as the occupancy.
    (start.slabs, start.totalObjects) = (occupancy.slabs, occupancy.totalObjects)
    start.activeObjects = min(start.activeObjects, start.totalObjects)
    return start
  }
}

extension SlabOccupancy {
  /// The groups as a replay lays them out. Which CPU has a slab is not known: CPUs take turns.
  fileprivate func startingGroups(cpus: Int) -> [StartingState.SlabGroup] {
    let cpus = max(1, cpus)
    var turn = 0
    var starting: [StartingState.SlabGroup] = []
    for group in groups {
      let order = group.order == parameters.preferredOrder ? nil : group.order
      func add(_ place: StartingState.SlabGroup.Place, _ count: Int) {
        starting.append(
          StartingState.SlabGroup(place, objectsInUse: group.objectsInUse, count: count, fallbackOrder: order))
      }
      switch group.list {
      case .node: add(.node, group.slabs)
      case .full: add(.full, group.slabs)
      case .cpu, .cpuPartial:
        for step in 0..<min(cpus, group.slabs) {
          let cpu = (turn + step) % cpus
          let share = (group.slabs - step + cpus - 1) / cpus
          add(group.list == .cpu ? .cpuSlab(cpu: cpu) : .cpuPartial(cpu: cpu), share)
        }
        turn = (turn + group.slabs) % cpus
      }
    }
    return starting
  }
}

extension SLUBCacheLayout {
  /// The parameters that a kernel reported.
  fileprivate init(_ reported: SlabCacheParameters, name: String, variant: SLUBParameters.Variant, cpus: Int) {
    self.init(
      name: name, objectSize: reported.objectSize, stride: reported.stride,
      parameters: SLUBParameters(variant: variant), cpus: cpus)
    (order, minimumOrder) = (reported.preferredOrder, reported.minimumOrder)
    minimumPartial = reported.minPartial
    (cpuPartialSlabs, sheafCapacity) = (reported.cpuPartialSlabs, reported.sheafCapacity)
  }
}
