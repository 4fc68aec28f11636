internal import Synchronization

/// Remote frees that return objects to the CPU they came from (see `CacheOptions.RemoteFrees`).
extension EngineCPU {
  /// Sends an object home; false when this CPU is its home.
  func sendHome(_ object: UnsafeMutableRawPointer, _ cache: SlabCache, _ engine: SlabEngine) -> Bool {
    guard let place = engine.memory.place(of: object) else { return false }
    let home = Int(engine.memory.homes[Int(place.frame)].load(ordering: .relaxed))
    guard home != state.pointee.index, home < engine.configuration.cpus else { return false }
    cache.descriptor.pointee.homing.send(object, from: state.pointee.index, to: home)
    return true
  }

  /// Loads a batch that other CPUs sent home, in place of an empty magazine; false when there is none.
  func acceptReturned(_ line: CPUCache, _ cache: SlabCache, capacity: Int) -> Bool {
    guard cache.isHoming, let batch = cache.descriptor.pointee.homing.receive(on: state.pointee.index) else {
      return false
    }
    // The loaded magazine is empty and has room for `capacity`; what does not fit stays for the previous one.
    let rounds = batch.pointee.rounds
    line.ensureRoom(for: max(capacity, rounds))
    line.magazines.pointee.slots!.update(from: Magazine.slots(of: batch), count: rounds)
    line.counters.pointee.rounds.store(rounds, ordering: .relaxed)
    cache.descriptor.pointee.homing.objects.subtract(rounds, ordering: .relaxed)
    batch.deallocate()
    return true
  }

  /// Returns what is on its way from and to this CPU to the slabs.
  func drainHoming(_ cache: SlabCache, _ engine: SlabEngine) {
    guard cache.isHoming else { return }
    let cpu = state.pointee.index
    while let batch = cache.descriptor.pointee.homing.takeOutbox(of: cpu)
      ?? cache.descriptor.pointee.homing.receive(on: cpu)
    {
      engine.putBack(Magazine.slots(of: batch), count: batch.pointee.rounds, to: cache)
      cache.descriptor.pointee.homing.objects.subtract(batch.pointee.rounds, ordering: .relaxed)
      batch.deallocate()
    }
  }
}

extension SlabCache {
  /// Whether its remote frees go home.
  var isHoming: Bool { descriptor.pointee.options.remoteFrees == .returnedHome }
}
