extension Snapshot {
  /// Visits every recorded figure of the snapshot except its caches, in the order of the columns. A new figure must be
  /// added at the end, with a new version of the schema.
  mutating func visitFigures(_ visitor: inout some FigureVisitor) {
    visitor.visit("workload", &workload)
    visitor.visit("policy", &policy)
    visitor.visit("events", &events)
    visitor.visit("time_us", &self[known: \.timeMicroseconds, .time])
    visitor.visit("memory_bytes", &self[known: \.memoryBytes, .memoryBytes])
    visitor.visit("page_bytes", &self[known: \.pageBytes, .pageBytes])
    visitor.visit("cpus", &self[known: \.cpus, .cpus])
    if !knows(.ledger) { for part in ByteLedger.Part.allCases { ledger[known: part] = nil } }
    for part in ByteLedger.Part.allCases { visitor.visit(part.rawValue, &ledger[known: part]) }
    if ByteLedger.Part.allCases.allSatisfy({ !ledger.isKnown($0) }) { unknownFigures.insert(.ledger) }
    var knowsBlocks = knows(.pageBlocksFreeByOrder)
    visitor.visit("page_blocks_free_by_order", &pageBlocksFreeByOrder, isKnown: &knowsBlocks)
    if !knowsBlocks { unknownFigures.insert(.pageBlocksFreeByOrder) }
    visitor.visit("large_objects", &largeObjects)
    visitor.visit("large_bytes", &largeBytes)
    visitor.visit("pages_with_system", &unbackedFreePages)
    visitor.visit("knows_requested_bytes", &knowsRequestedBytes)
    visitor.visit("injected_failures", &injectedFailures)
    visitor.visit("failed_allocations", &failedAllocations)
    visitor.visit("bad_frees", &badFrees)
    visitor.visit("assumed_frees", &inferredFrees)
    visitor.visit("unsure_objects", &unseenFreeObjects)
    visitor.visit("unsure_bytes", &unseenFreeBytes)
    // Added in version 2.
    visitor.visit("repeated_walks", &repeatedWalks)
    visitor.visit("overtaken_lists", &inconsistentLists)
    // Added in version 3.
    visitor.visit("kernel_slab_bytes", &kernelSlabBytes)
    visitor.visit("kernel_slab_bytes_not_replayed", &kernelSlabBytesNotReplayed)
    visitor.visit("hidden_size_bytes", &unknownUseBytes)
    visitor.visit("known_use_objects", &knownUseObjects)
    visitor.visit("hidden_size_objects", &unknownUseObjects)
    // Added in version 4.
    visitor.visit("objects_moved", &objectsMoved)
    visitor.visit("pages_returned_by_shuffler", &pagesReturnedByShuffler)
  }
}

extension CacheSnapshot {
  /// Visits every recorded figure of the cache except its name, in the order of the columns. A new figure must be added at the
  /// end, with a new version of the schema.
  mutating func visitFigures(_ visitor: inout some FigureVisitor) {
    visitor.visit("is_general", &isGeneral)
    // Most caches report their own slabs: NULL saves space for their name in every row.
    var otherHolder = sharesSlabs ? slabHolder : nil
    visitor.visit("slab_holder", &otherHolder)
    slabHolder = otherHolder ?? name
    visitor.visit("object_size", &self[known: \.objectSize, .objectSize])
    visitor.visit("stride", &self[known: \.stride, .stride])
    visitor.visit("active_objects", &self[known: \.activeObjects, .activeObjects])
    visitor.visit("total_objects", &self[known: \.totalObjects, .totalObjects])
    visitor.visit("objects_in_magazines", &self[known: \.objectsInMagazines, .objectsInMagazines])
    visitor.visit("requested_bytes", &requestedBytes)
    visitor.visit("slabs", &self[known: \.slabs, .slabs])
    visitor.visit("full_slabs", &fullSlabs)
    visitor.visit("partial_slabs", &partialSlabs)
    visitor.visit("empty_slabs", &emptySlabs)
    var knowsOrders = knows(.slabsByOrder)
    visitor.visit("slabs_by_order", &slabsByOrder, isKnown: &knowsOrders)
    if !knowsOrders { unknownFigures.insert(.slabsByOrder) }
    visitor.visit("slab_bytes", &self[known: \.slabBytes, .slabBytes])
    visitor.visit("tail_bytes", &self[known: \.tailBytes, .tailBytes])
    visitor.visit("preferred_order", &self[known: \.preferredOrder, .preferredOrder])
    visitor.visit("objects_per_preferred_slab", &self[known: \.objectsPerPreferredSlab, .objectsPerPreferredSlab])
    visitor.visit("magazine_capacity", &self[known: \.magazineCapacity, .magazineCapacity])
    visitor.visit("allocations", &allocations)
    visitor.visit("frees", &frees)
    visitor.visit("refills", &refills)
    visitor.visit("flushes", &flushes)
    visitor.visit("slabs_grown", &slabsGrown)
    visitor.visit("slabs_returned", &slabsReturned)
    visitor.visit("order_fallbacks", &self[known: \.orderFallbacks, .orderFallbacks])
    // NULL stands for zeros, as in other counts by page order, so it cannot stand for nil. The source counts fallbacks
    // and refusals if and only if it counts refills.
    let zeros = [Int](repeating: 0, count: slabsByOrder.count)
    var (fallbacks, refusals) = (fallbacksByOrder ?? zeros, refusalsByOrder ?? zeros)
    visitor.visit("fallbacks_by_order", &fallbacks)
    visitor.visit("refusals_by_order", &refusals)
    (fallbacksByOrder, refusalsByOrder) = countsOperations ? (fallbacks, refusals) : (nil, nil)
    visitor.visit("failed_allocations", &failedAllocations)
    visitor.visit("remote_frees_returned", &remoteFreesReturned)
    // Added in version 2.
    visitor.visit("slabs_on_cpus", &slabsOnCPUs)
    visitor.visit("free_bytes_in_partial_slabs", &freeBytesInPartialSlabs)
    visitor.visit("slabs_by_occupancy", &slabsByOccupancy)
    visitor.visit("is_reclaimable", &isReclaimable)
    visitor.visit("is_accounted", &isAccounted)
    visitor.visit("active_is_upper_bound", &activeIsUpperBound)
    // Added in version 3.
    visitor.visit("kernel_slabs", &kernelSlabs)
    visitor.visit("kernel_slab_bytes", &kernelSlabBytes)
    // Added in version 4.
    visitor.visit("active_bytes", &activeBytes)
  }

  /// The cache without the details that are collected only for the cache under inspection, and without the counts of locks
  /// and the plan of orders: histories do not contain them.
  var recordable: CacheSnapshot {
    guard
      slabMap != nil || occupancy != nil || !aliases.isEmpty || !hostDetails.isEmpty || lockAcquisitions != nil
        || orderPlan != nil || traffic != nil
    else {
      return self
    }
    var recordable = self
    (recordable.slabMap, recordable.occupancy, recordable.aliases, recordable.hostDetails) = (nil, nil, [], [])
    (recordable.lockAcquisitions, recordable.lockContentions, recordable.lockWaitCycles) = (nil, nil, nil)
    (recordable.orderPlan, recordable.traffic) = (nil, nil)
    return recordable
  }
}
