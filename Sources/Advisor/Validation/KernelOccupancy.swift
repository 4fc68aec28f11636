import Telemetry
import Workloads

/// Sample of a kernel's caches: their slabs by occupancy and their parameters.
struct KernelOccupancy: Sendable {
  /// Caches by name, with the kmalloc caches of a size combined if requested. Names of several caches with different strides are
  /// omitted, because slabinfo does not distinguish these caches either.
  private(set) var caches: [String: SlabOccupancy] = [:]

  /// Decodes a sample.
  /// - Throws: `SlabOccupancy.ParseError` if the text does not conform to the format.
  init(_ text: String, joiningKmallocKinds joins: Bool) throws {
    self.init(try SlabOccupancy.caches(text: text), joiningKmallocKinds: joins)
  }

  /// Creates a sample from the caches of a kernel.
  init(_ caches: [SlabOccupancy], joiningKmallocKinds joins: Bool) {
    var ambiguous: Set<String> = []
    for var cache in caches {
      let keepsName = !joins || KernelSamples.family(of: cache.name) == cache.name
      if joins { cache.name = KernelSamples.family(of: cache.name) }
      // If the lists of the cache are not known, only its number of slabs is.
      if !cache.isComplete { ambiguous.insert(cache.name) }
      guard let known = self.caches[cache.name] else {
        self.caches[cache.name] = cache
        continue
      }
      if known.parameters.stride != cache.parameters.stride { ambiguous.insert(cache.name) }
      // The parameters of combined kmalloc caches are those of the normal one.
      if !keepsName { cache.parameters = known.parameters }
      cache.groups += known.groups
      cache.objectsInSheaves += known.objectsInSheaves
      cache.knowsObjectsOnCPUs = cache.knowsObjectsOnCPUs && known.knowsObjectsOnCPUs
      self.caches[cache.name] = cache
    }
    for name in ambiguous { self.caches[name] = nil }
  }

  /// Number of live objects by name of the cache, only for caches whose free objects are all known.
  var liveObjects: [String: Int] { caches.filter { $0.value.knowsObjectsOnCPUs }.mapValues(\.liveObjects) }

  /// Variant of SLUB. Since Linux 7.0, caches have sheaves instead of CPU slabs and CPU partial lists.
  var variant: SLUBParameters.Variant {
    let hasLists = caches.values.contains {
      $0.parameters.cpuPartialSlabs > 0 || $0.slabs(on: .cpu) + $0.slabs(on: .cpuPartial) > 0
    }
    return hasLists || caches.values.allSatisfy { $0.parameters.sheafCapacity == 0 } ? .cpuSlabs : .sheaves
  }

  /// Returns the starting state of a cache from slabinfo, completed with its parameters and the list of each slab; nil if the
  /// occupancy of the cache is not known.
  func start(of cache: StartingState.Cache, cpus: Int) -> StartingState.Cache? {
    guard let occupancy = caches[cache.name], occupancy.parameters.stride == cache.stride else { return nil }
    var start = cache
    start.layout = SLUBCacheLayout(occupancy.parameters, name: cache.name, variant: variant, cpus: cpus)
    start.occupancy = occupancy.startingGroups(cpus: cpus)
    start.isNodeOrderKnown = false
    start.objectsInSheaves = occupancy.objectsInSheaves
    start.mergedCaches = occupancy.parameters.mergedCaches
    // slabinfo was sampled at another instant than the occupancy.
    (start.slabs, start.totalObjects) = (occupancy.slabs, occupancy.totalObjects)
    start.activeObjects = min(start.activeObjects, start.totalObjects)
    return start
  }
}

extension SlabOccupancy {
  /// Returns the groups as starting state of a replay. The kernel does not report which CPU has a slab, so the slabs are
  /// distributed evenly over the CPUs.
  fileprivate func startingGroups(cpus: Int) -> [StartingState.SlabGroup] {
    let cpus = max(1, cpus)
    var firstCPU = 0
    var starting: [StartingState.SlabGroup] = []
    for group in groups {
      let order = group.order == parameters.preferredOrder ? nil : group.order
      func add(_ location: StartingState.SlabGroup.Location, _ count: Int) {
        starting.append(
          StartingState.SlabGroup(location, objectsInUse: group.objectsInUse, count: count, fallbackOrder: order))
      }
      switch group.list {
      case .node: add(.node, group.slabs)
      case .full: add(.full, group.slabs)
      case .cpu, .cpuPartial:
        for step in 0..<min(cpus, group.slabs) {
          let cpu = (firstCPU + step) % cpus
          let share = (group.slabs - step + cpus - 1) / cpus
          add(group.list == .cpu ? .cpuSlab(cpu: cpu) : .cpuPartial(cpu: cpu), share)
        }
        firstCPU = (firstCPU + group.slabs) % cpus
      }
    }
    return starting
  }
}

extension SLUBCacheLayout {
  /// Creates a layout from the parameters that a kernel reported.
  fileprivate init(_ reported: SlabCacheParameters, name: String, variant: SLUBParameters.Variant, cpus: Int) {
    self.init(
      name: name, objectSize: reported.objectSize, stride: reported.stride,
      parameters: SLUBParameters(variant: variant), cpus: cpus)
    (order, minimumOrder) = (reported.preferredOrder, reported.minimumOrder)
    minimumPartial = reported.minPartial
    (cpuPartialSlabs, sheafCapacity) = (reported.cpuPartialSlabs, reported.sheafCapacity)
  }
}
