#if Capture
  internal import Synchronization
#endif

/// Prefetches for a client that knows some operations ahead which objects it will free, such as the player of a recording. They have no
/// effect except on time. The objects must be live, and owned by the client.
extension EngineCPU {
  /// Starts to load the memory whose address follows from an object's address: the owner tag of an object in a shared pool.
  package func prefetchFree(of object: UnsafeMutableRawPointer) {
    let offset = object - state.pointee.memoryBase
    guard UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes) else { return }
    let entry = state.pointee.cacheMap[offset >> MachineMemory.pageShift]
    if entry < 0 {
      let tags = state.pointee.ownerTags
      prefetchForWriting(UnsafeMutableRawPointer(tags.tags + (tags.origin + offset) >> (entry & CacheMap.shiftMask)))
    }
  }

  /// Starts to load the record of an object if the engine captures data. `prefetchFree(of:)` should have been called some operations before.
  package func prefetchRecord(of object: UnsafeMutableRawPointer) {
    #if Capture
      let offset = object - state.pointee.memoryBase
      guard state.pointee.capture.isOn, UInt(bitPattern: offset) < UInt(bitPattern: state.pointee.memoryBytes) else {
        return
      }
      // Records have the shift of owner tags, up to the largest (see `ObjectRecords`).
      let entry = state.pointee.cacheMap[offset >> MachineMemory.pageShift]
      let multiplier =
        entry < 0
        ? ObjectRecords.multiplier(forShift: Int(ObjectRecords.shift(forTagShift: entry & CacheMap.shiftMask)))
        : entry == 0
          ? 0 : RecordPlace.at(entry, cpu: UnsafeMutableRawPointer(state)).pointee.multiplier.load(ordering: .relaxed)
      guard multiplier != 0 else { return }
      prefetchForWriting(
        UnsafeMutableRawPointer(state.pointee.capture.records.record(at: offset, multiplier: multiplier)))
    #endif
  }
}
