import SlabEngine

@testable import Workloads

/// Small caches for tests of the model.
enum SLUBSupport {
  /// Returns the parameters of a cache, by default with 4 objects of 1 KiB per page.
  static func layout(
    cpuPartialSlabs: Int = 2, minimumPartial: Int = 1, sheafCapacity: Int = 0, order: Int = 0, stride: Int = 1024
  ) -> SLUBCacheLayout {
    var layout = SLUBCacheLayout(name: "c", objectSize: stride, stride: stride, parameters: SLUBParameters(), cpus: 2)
    layout.order = order
    layout.cpuPartialSlabs = cpuPartialSlabs
    layout.minimumPartial = minimumPartial
    layout.sheafCapacity = sheafCapacity
    return layout
  }

  /// Creates a model of a machine with one cache and two CPUs.
  static func model(
    _ layout: SLUBCacheLayout = layout(), _ variant: SLUBParameters.Variant = .cpuSlabs, memoryBytes: Int = 4 << 20
  ) throws -> SLUBModel {
    var model = try SLUBModel(parameters: SLUBParameters(variant: variant), memoryBytes: memoryBytes, cpus: 2)
    model.addCache(layout)
    return model
  }
}

extension SLUBModel {
  /// Allocates objects from the first cache and returns their slabs.
  mutating func allocate(_ count: Int, on cpu: Int32 = 0) -> [Int32] {
    (0..<count).map { _ in allocate(from: 0, on: cpu) }
  }

  mutating func free(_ slabs: [Int32], on cpu: Int32 = 0) { for slab in slabs { free(slab, on: cpu) } }

  /// Slabs of the node partial list, head first.
  var node: [Int32] {
    var (list, slab) = ([Int32](), states[0].firstPartial)
    while slab >= 0 {
      list.append(slab)
      slab = slabs[Int(slab)].next
    }
    return list
  }

  /// Returns the slabs of the partial list of a CPU, in the order in which the CPU uses them.
  func cpuPartial(_ cpu: Int = 0) -> [Int32] {
    var (list, slab) = ([Int32](), cpus[cpu].firstPartial)
    while slab >= 0 {
      list.append(slab)
      slab = slabs[Int(slab)].next
    }
    return list
  }

  func cpuSlab(_ cpu: Int = 0) -> Int32 { cpus[cpu].slab }
  func inUse(_ slab: Int32) -> Int { Int(slabs[Int(slab)].inUse) }
  func isDiscarded(_ slab: Int32) -> Bool { slabs[Int(slab)].location == .discarded }
}
