import Recordings

extension SLUBPlayer {
  /// Returns whether the last event of the source was played, so that the next event starts another loop.
  package mutating func isAtEnd() throws -> Bool { try cursor.isAtEnd() }

  /// Plays up to `count` events of the current batch of the source.
  /// - Returns: Number of events played; 0 only for a source without events.
  /// - Throws: Errors of the source.
  package mutating func play(upTo count: Int) throws -> Int {
    try loadBatch()
    return play(upToIndex: cursor.next + min(cursor.batch.count - cursor.next, count))
  }

  /// Plays up to `count` events of the current batch that are due.
  /// - Parameters:
  ///   - ticks: Ticks of the source's clock since the first event, summed over all loops.
  ///   - count: Maximum number of events.
  /// - Returns: Number of events played; 0 if the next event is later.
  /// - Throws: Errors of the source.
  package mutating func play(untilElapsed ticks: UInt64, upTo count: Int) throws -> Int {
    try loadBatch()
    guard let last = progress.tick(atElapsed: ticks) else { return 0 }
    var end = cursor.next
    while end < cursor.batch.count, end - cursor.next < count, cursor.batch[end].time <= last { end += 1 }
    let played = play(upToIndex: end)
    if played == 0, last >= nextDue { advance(to: last) }
    return played
  }

  /// Performs the actions due up to a time on the source's clock: frees objects after their grace period (kfree_rcu), and
  /// reconciles the model with observations of the recorded kernel.
  package mutating func advance(to time: UInt64) {
    while nextDue <= time {
      let due = nextDue
      for cpu in rcuQueues.indices where rcuQueues[cpu].deadline <= due { advanceRCUQueue(of: cpu, to: due) }
      if nextObservation < observations.count, observations[nextObservation].time <= due {
        reconcile(with: nextObservation)
        nextObservation += 1
      }
      setNextDue()
    }
  }

  /// Computes `nextDue`.
  mutating func setNextDue() {
    nextDue = nextObservation < observations.count ? observations[nextObservation].time : .max
    for queue in rcuQueues { nextDue = min(nextDue, queue.deadline) }
  }

  /// Loads the next batch, and starts the next loop at the end of the source.
  private mutating func loadBatch() throws {
    if try cursor.isAtEnd() {
      endLoop()
      cursor.rewind()
    }
    try cursor.loadBatch()
    if progress.isFirstEvent(ofLoop: cursor.batch) { progress.beginLoop(at: cursor.batch[0].time) }
  }

  private mutating func play(upToIndex end: Int) -> Int {
    let first = cursor.next
    guard end > first else { return 0 }
    let (batch, symbols) = (cursor.batch, cursor.symbols)
    let events = batch.span
    let firstNumber = progress.eventsInLoop
    while roles.count < symbols.count { roles.append(CallSiteRole(symbol: symbols[roles.count])) }
    for index in first..<end {
      let event = events[index]
      eventNumber = firstNumber &+ (index &- first)
      if event.time >= nextDue { advance(to: event.time) }
      switch event.outcome {
      case .allocated: allocate(event, symbols)
      case .allocatedOverLive:
        freeByAddress(Int(event.slot), on: Int32(event.cpu))
        allocate(event, symbols)
      case .freed: free(event)
      case .unmatched: freeResident(event, symbols)
      case .failed, .null, .zeroSize: break
      }
    }
    progress.events += end - first
    progress.eventsInLoop += end - first
    progress.lastTick = max(progress.lastTick, batch[end - 1].time)
    lastEvent = batch[end - 1]
    cursor.next = end
    return end - first
  }
}
