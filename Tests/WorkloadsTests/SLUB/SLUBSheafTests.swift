import SlabEngine
import Testing

@testable import Workloads

/// Sheaves of 2 objects on slabs of 4, in both versions of SLUB.
@Suite struct SLUBSheafTests {
  @Test func anEmptySheafIsFilledFromTheSlabs() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    _ = model.allocate(1)
    // Two objects went into the sheaf, one of them out again.
    #expect(model.liveObjects(of: 0) == 1 && model.states[0].objectsInSheaves == 1 && model.states[0].objectsInUse == 2)
    _ = model.allocate(1)
    #expect(model.states[0].objectsInSheaves == 0 && model.states[0].objectsInUse == 2)
    // The empty sheaf becomes the spare one.
    _ = model.allocate(1)
    #expect(model.states[0].objectsInSheaves == 1 && model.cpus[0].spareSheaf >= 0 && model.validate() == [])
    #expect(model.activeObjects(of: 0) == model.totalObjects(of: 0))
  }

  @Test func freesFillTheMainSheafThenTheSpareThenTheBarn() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    let objects = model.allocate(40)
    model.free(Array(objects[0..<4]))
    #expect(model.states[0].fullSheafCount == 0 && model.states[0].objectsInSheaves == 4)
    model.free(objects[4], on: 0)
    #expect(model.states[0].fullSheafCount == 1)
    // Ten full sheaves are the barn's limit: then the spare one is flushed into the slabs.
    model.free(Array(objects[5..<24]))
    #expect(model.states[0].fullSheafCount == 10 && model.states[0].objectsInSheaves == 24)
    model.free(objects[24], on: 0)
    #expect(model.states[0].fullSheafCount == 10 && model.states[0].objectsInSheaves == 23)
    #expect(model.states[0].objectsInUse == 15 + 23 && model.validate() == [])
  }

  @Test func anotherCPUTakesFullSheavesOfTheBarn() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    let objects = model.allocate(8)
    model.free(objects)
    let (full, slabs) = (model.states[0].fullSheafCount, model.slabCount(of: 0))
    #expect(full == 2)
    _ = model.allocate(4, on: 1)
    #expect(model.states[0].fullSheafCount == 0 && model.slabCount(of: 0) == slabs)
    // Then the spare one serves, and no slab is touched.
    #expect(model.states[0].emptySheafCount > 0 && model.validate() == [])
  }

  @Test func shrinkingFlushesEverySheaf() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(sheafCapacity: 2))
    model.free(model.allocate(20))
    model.shrink(0)
    #expect(model.slabCount(of: 0) == 0 && model.states[0].objectsInSheaves == 0 && model.validate() == [])
  }

  @Test func sinceLinux7SheavesAreFilledFromTheNode() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0, sheafCapacity: 3), .sheaves)
    let first = model.allocate(1)
    // A new slab with an object left is first on the node's list; there is no CPU slab.
    #expect(model.node == [first[0]] && model.inUse(first[0]) == 3 && model.cpuSlab() == SLUBModel.none)
    let more = model.allocate(3)
    // The next filling used the last object of it, and two of a new slab.
    #expect(model.inUse(first[0]) == 4 && model.slabCount(of: 0) == 2)
    #expect(model.node == [more[2]] && model.inUse(more[2]) == 2 && model.validate() == [])
  }

  @Test func sinceLinux7AFormerlyFullSlabGoesToTheNodesTail() throws {
    var model = try SLUBSupport.model(SLUBSupport.layout(cpuPartialSlabs: 0, sheafCapacity: 0), .sheaves)
    let objects = model.allocate(8)
    #expect(model.node == [])
    model.free([objects[4], objects[0]])
    #expect(model.node == [objects[4], objects[0]])
    // One object at a time from the head, which stays there while it has another.
    model.free(objects[4], on: 0)
    #expect(model.allocate(1) == [objects[4]] && model.node == [objects[4], objects[0]])
    // An empty slab is released, for the node has another.
    model.free([objects[4], objects[4], objects[4]])
    #expect(model.isReleased(objects[4]) && model.node == [objects[0]] && model.validate() == [])
  }
}
