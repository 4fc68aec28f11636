internal import Synchronization

/// Remote frees of caches with `CacheOptions.RemoteFrees.returnedToAllocatingCPU`.
extension EngineCPU {
  /// Queues an object for the CPU that last allocated from its slab. Returns false if that is this CPU, which then
  /// frees the object locally.
  func queueRemoteFree(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ engine: SlabEngine) -> Bool {
    guard let location = engine.memory.location(of: object) else { return false }
    let targetCPU = Int(engine.memory.lastAllocatingCPUs[Int(location.frame)].load(ordering: .relaxed))
    guard targetCPU != state.pointee.index, targetCPU < engine.configuration.cpus else { return false }
    cache.descriptor.pointee.remoteFreeQueue.enqueue(object, from: state.pointee.index, to: targetCPU)
    return true
  }

  /// Loads a batch of remote frees from other CPUs into the loaded magazine. Both magazines must be empty. Returns
  /// false if no batch is queued.
  func collectRemoteFrees(_ cpuCache: CPUCache, _ cache: SlabCache, capacity: Int) -> Bool {
    guard cache.returnsRemoteFrees,
      let batch = cache.descriptor.pointee.remoteFreeQueue.dequeueBatch(for: state.pointee.index)
    else {
      return false
    }
    // The loaded magazine gets room for the whole batch, which may exceed `capacity`.
    let rounds = batch.pointee.rounds
    cpuCache.ensureRoom(for: max(capacity, rounds))
    cpuCache.slots!.update(from: Magazine.slots(of: batch), count: rounds)
    cpuCache.rounds = rounds
    cache.descriptor.pointee.remoteFreeQueue.objects.subtract(rounds, ordering: .relaxed)
    batch.deallocate()
    return true
  }

  /// Returns the remote frees that this CPU has queued or that are queued for it to their slabs.
  func drainRemoteFrees(_ cache: SlabCache, _ engine: SlabEngine) {
    guard cache.returnsRemoteFrees else { return }
    let cpu = state.pointee.index
    while let batch = cache.descriptor.pointee.remoteFreeQueue.removeOutbox(of: cpu)
      ?? cache.descriptor.pointee.remoteFreeQueue.dequeueBatch(for: cpu)
    {
      engine.returnObjects(Magazine.slots(of: batch), count: batch.pointee.rounds, to: cache)
      cache.descriptor.pointee.remoteFreeQueue.objects.subtract(batch.pointee.rounds, ordering: .relaxed)
      batch.deallocate()
    }
  }
}

extension SlabCache {
  /// Whether remote frees are returned to the CPU that allocated the object from its slab.
  var returnsRemoteFrees: Bool { descriptor.pointee.options.remoteFrees == .returnedToAllocatingCPU }
}
