/// Prefetches for a client that knows some operations ahead which objects it will free, such as the player of a recording. They have no
/// effect except on time. The objects must be live, and owned by the client.
extension EngineCPU {
  /// Starts to load the memory whose address follows from an object's address: the owner tag of an object in a shared pool, and the
  /// descriptor of the slab if the engine captures data.
  package func prefetchFree(of object: UnsafeMutableRawPointer) {
    let offset = object - state.pointee.memoryBase
    guard UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes) else { return }
    let entry = state.pointee.cacheMap[offset >> MachineMemory.pageShift]
    if entry < 0 {
      let tags = state.pointee.ownerTags
      prefetchForWriting(UnsafeMutableRawPointer(tags.tags + (tags.origin + offset) >> (entry & CacheMap.shiftMask)))
    }
    #if Capture
      if let memory = state.pointee.capture?.memory {
        prefetchForWriting(UnsafeMutableRawPointer(memory.pages + Int(memory.heads[offset >> MachineMemory.pageShift])))
      }
    #endif
  }

  /// Starts to load the record of an object if the engine captures data. `prefetchFree(of:)` should have been called some operations before.
  package func prefetchRecord(of object: UnsafeMutableRawPointer) {
    #if Capture
      let offset = object - state.pointee.memoryBase
      guard UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes),
        let memory = state.pointee.capture?.memory
      else { return }
      let head = Int(memory.heads[offset >> MachineMemory.pageShift])
      let slab = memory.pages + head
      guard slab.pointee.use == .slab, let records = slab.pointee.records else { return }
      let index = slab.pointee.index(atOffset: offset - head << MachineMemory.pageShift)
      prefetchForWriting(UnsafeMutableRawPointer(records + index))
    #endif
  }
}
