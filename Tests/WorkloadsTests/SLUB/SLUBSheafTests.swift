import SlabEngine
import Testing

@testable import Workloads

/// Tests of sheaves in both variants of SLUB, mostly with 2 objects per sheaf and 4 objects per slab.
@Suite struct SLUBSheafTests {
  @Test func emptySheafIsRefilledFromTheSlabs() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    _ = model.allocate(1)
    // Two objects were moved to the sheaf, and one of them was allocated.
    #expect(model.liveObjects(of: 0) == 1 && model.states[0].objectsInSheaves == 1 && model.states[0].objectsInUse == 2)
    _ = model.allocate(1)
    #expect(model.states[0].objectsInSheaves == 0 && model.states[0].objectsInUse == 2)
    // The empty main sheaf becomes the spare sheaf.
    _ = model.allocate(1)
    #expect(model.states[0].objectsInSheaves == 1 && model.cpus[0].spareSheaf >= 0 && model.validate() == [])
    #expect(model.activeObjects(of: 0) == model.totalObjects(of: 0))
  }

  @Test func freesFillMainSheafThenSpareSheafThenBarn() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    let objects = model.allocate(40)
    model.free(Array(objects[0..<4]))
    #expect(model.states[0].fullSheafCount == 0 && model.states[0].objectsInSheaves == 4)
    model.free(objects[4], on: 0)
    #expect(model.states[0].fullSheafCount == 1)
    // The barn has at most ten full sheaves. After that, the spare sheaf is flushed to the slabs.
    model.free(Array(objects[5..<24]))
    #expect(model.states[0].fullSheafCount == 10 && model.states[0].objectsInSheaves == 24)
    model.free(objects[24], on: 0)
    #expect(model.states[0].fullSheafCount == 10 && model.states[0].objectsInSheaves == 23)
    #expect(model.states[0].objectsInUse == 15 + 23 && model.validate() == [])
  }

  @Test func otherCPUUsesFullSheavesOfTheBarn() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    let objects = model.allocate(8)
    model.free(objects)
    let (full, slabs) = (model.states[0].fullSheafCount, model.slabCount(of: 0))
    #expect(full == 2)
    _ = model.allocate(4, on: 1)
    #expect(model.states[0].fullSheafCount == 0 && model.slabCount(of: 0) == slabs)
    // The barn got the empty sheaves in exchange, and no slab was allocated.
    #expect(model.states[0].emptySheafCount > 0 && model.validate() == [])
  }

  @Test func shrinkFlushesAllSheaves() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    model.free(model.allocate(20))
    model.shrink(0)
    #expect(model.slabCount(of: 0) == 0 && model.states[0].objectsInSheaves == 0 && model.validate() == [])
  }

  @Test func linux7RefillsSheavesFromTheNodeList() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0, sheafCapacity: 3), .sheaves)
    let first = model.allocate(1)
    // A new slab with a free object is at the head of the node list. There is no CPU slab.
    #expect(model.node == [first[0]] && model.inUse(first[0]) == 3 && model.cpuSlab() == SLUBModel.none)
    let more = model.allocate(3)
    // The next refill used the last free object of the slab, and two objects of a new slab.
    #expect(model.inUse(first[0]) == 4 && model.slabCount(of: 0) == 2)
    #expect(model.node == [more[2]] && model.inUse(more[2]) == 2 && model.validate() == [])
  }

  @Test func linux7AddsAFreedFullSlabToTheNodeTail() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0, sheafCapacity: 0), .sheaves)
    let objects = model.allocate(8)
    #expect(model.node == [])
    model.free([objects[4], objects[0]])
    #expect(model.node == [objects[4], objects[0]])
    // Allocations use the slab at the head, which stays there while it has free objects.
    model.free(objects[4], on: 0)
    #expect(model.allocate(1) == [objects[4]] && model.node == [objects[4], objects[0]])
    // An empty slab is discarded, because the node has another slab.
    model.free([objects[4], objects[4], objects[4]])
    #expect(model.isDiscarded(objects[4]) && model.node == [objects[0]] && model.validate() == [])
  }
}
