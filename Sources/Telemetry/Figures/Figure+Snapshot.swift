/// The figures of a whole snapshot.
extension Figure {
  package static let memoryBytes = Figure(
    "memory", .bytes, json: "memory_bytes", "Bytes of machine memory: the sum of the ledger's parts.")
  package static let ledger = Figure(
    "ledger", .bytes, json: "ledger", metric: .gauge("memory_bytes"),
    "Machine memory by use. Each byte is in exactly one part.")
  package static let pageBytes = Figure("page size", .bytes, json: "page_bytes", "Bytes of a page.")
  package static let cpus = Figure("CPUs", .none, json: "cpus", "CPUs of the machine.")
  package static let workload = Figure("workload", .none, json: "workload", "Name of the workload.")
  package static let policy = Figure("policy", .none, json: "policy", "Name of the allocator policy.")
  package static let source = Figure(
    "form", .none, json: "form", "Form of the text from which the snapshot was read.")
  package static let listsAllCaches = Figure(
    "lists all caches", .none, json: "lists_all_caches",
    "False if the text may lack caches: rows that were selected, or an out-of-memory report. Otherwise absent.")
  package static let notes = Figure(
    "notes", .none, json: "notes", "Sentences about the snapshot, such as rows that were skipped and slab debugging.")
  package static let events = Figure("events", .events, json: "events", "Allocation events replayed so far.")
  package static let eventRate = Figure("events/s", .eventsPerSecond, "Allocation events replayed per second.")
  package static let time = Figure(
    "time", .microseconds, json: "time_us", "Time of the workload; of a kernel, time since the first snapshot.")
  package static let caches = Figure("caches", .none, json: "caches", "Caches that have slabs or objects.")
  package static let generalCaches = Figure(
    "general caches", .none, json: "general_caches", "The list of general caches (gnodes), by size.")
  package static let pageBlocksFreeByOrder = Figure(
    "free blocks", .blocks, json: "page_blocks_free_by_order", metric: .gauge("free_blocks"),
    "Free blocks of the page allocator by order, as in /proc/buddyinfo.")
  package static let largeObjects = Figure(
    "large objects", .objects, json: "large_objects",
    "Live objects that are larger than the largest general cache and have page blocks of their own.")
  package static let largeBytes = Figure(
    "large object memory", .bytes, json: "large_bytes", "Bytes of the page blocks of large objects.")
  package static let knowsRequestedBytes = Figure(
    "requested bytes are known", .none, json: "knows_requested_bytes",
    "Whether the requested bytes of live objects are known; if not, rounding counts as payload.")
  package static let injectedFailures = Figure(
    "injected failures", .times, json: "injected_failures",
    "Page allocations that failed because the user requested it.")
  package static let allFailedAllocations = Figure(
    "failed allocations", .times, json: "failed_allocations", metric: .counter("failed_allocations"),
    "Allocations of all caches refused because memory was exhausted.")
  package static let badFrees = Figure(
    "bad frees", .times, json: "bad_frees", "Frees refused because the address was not that of a live object.")
  package static let objectsMoved = Figure(
    "objects moved", .objects, json: "objects_moved", metric: .counter("shuffler_objects_moved"),
    "Objects that the shuffler moved to other slabs.")
  package static let pagesReturnedByShuffler = Figure(
    "pages returned", .pages, json: "pages_returned_by_shuffler", metric: .counter("shuffler_pages_returned"),
    "Pages of empty and evacuated slabs that the shuffler returned to the page allocator.")
  package static let kernelSlabMemory = Figure(
    "kernel slab memory", .bytes, json: "kernel_slab_bytes", metric: .gauge("kernel_slab_bytes"),
    "Slab memory of the recorded kernel in the replayed caches, at this time of the recording.")
  package static let unseenFrees = Figure(
    "unseen frees", .percent,
    "Requested bytes of live objects that the recorded kernel may have freed without a trace event, in percent of all.")

  package static let unbackedFreePages = Figure(
    "unbacked free pages", .none, json: "pages_with_system",
    "Free pages of the machine whose memory was released to the operating system.")
  package static let inferredFrees = Figure(
    "inferred frees", .objects, json: "assumed_frees",
    "Objects that the replay freed although the recording does not show their free.")
  package static let unseenFreeObjects = Figure(
    "objects with unseen frees", .objects, json: "unsure_objects",
    "Upper bound of the live objects that the recorded kernel had freed without a trace event.")
  package static let unseenFreeBytes = Figure(
    "bytes with unseen frees", .bytes, json: "unsure_bytes",
    "Requested bytes of the live objects that the recorded kernel may have freed without a trace event.")
  package static let unknownUseBytes = Figure(
    "payload with unknown rounding", .bytes, json: "hidden_size_bytes",
    "Payload of live objects whose sizes the recorded kernel had rounded up before it requested them.")
  package static let knownUseObjects = Figure(
    "rounded requests, bytes in use known", .objects, json: "known_use_objects",
    "Live objects whose sizes the recorded kernel had rounded up and whose bytes in use are known.")
  package static let unknownUseObjects = Figure(
    "rounded requests, bytes in use unknown", .objects, json: "hidden_size_objects",
    "Live objects whose sizes the recorded kernel had rounded up and whose bytes in use are unknown.")
  package static let repeatedWalks = Figure(
    "repeated walks", .times, json: "repeated_walks",
    "Walks of slab lists that were repeated because the list had changed meanwhile.")
  package static let inconsistentLists = Figure(
    "inconsistent lists", .none, json: "overtaken_lists",
    "Slab lists that changed during each of four walks, so that the occupancy of their caches is unknown.")
  package static let kernelSlabMemoryBefore = Figure(
    "kernel slab memory before the recording", .bytes, json: "kernel_slab_bytes_not_replayed",
    "Kernel slab memory from before the first event, which a replay on an empty machine does not have.")

  /// The figures of a whole snapshot.
  package static let ofSnapshots: [Figure] = [
    memoryBytes, ledger, pageBytes, cpus, workload, policy, source, listsAllCaches, notes, events, eventRate, time,
    caches,
    generalCaches,
    pageBlocksFreeByOrder, largeObjects, largeBytes, knowsRequestedBytes, injectedFailures, allFailedAllocations,
    badFrees, objectsMoved, pagesReturnedByShuffler, kernelSlabMemory, unseenFrees, unbackedFreePages, inferredFrees,
    unseenFreeObjects, unseenFreeBytes,
    unknownUseBytes, knownUseObjects, unknownUseObjects, repeatedWalks, inconsistentLists, kernelSlabMemoryBefore,
  ]
}

/// The figures of one general cache (gnode).
extension Figure {
  package static let generalCacheSize = Figure(
    "gnode", .bytes, json: "size_bytes", "Largest request that the general cache serves, in bytes.")
  package static let highestSetBit = Figure(
    "bit", .none, json: "highest_set_bit",
    "Highest set bit of a power of two, by which a look-up finds the gnode. Gnodes in between are linked to it.")
  package static let generalCacheName = Figure("cache", .none, json: "cache", "Cache that serves the requests.")
  package static let isInService = Figure(
    "in service", .none, json: "is_in_service", "Whether requests are served; false if the size was retired.")
  package static let isAlias = Figure(
    "alias", .none, json: "stands_in",
    "Whether this power of two has no cache of its own and is served by the next larger size.")
  package static let served = Figure(
    "served", .objects, json: "served", metric: .counter("general_cache_served"),
    "Objects allocated by size from the general cache.")
  package static let walkSteps = Figure(
    "walk", .links, json: "walk_steps", metric: .gauge("general_cache_walk_links"),
    "Links that a look-up of this size follows from the power of two below.")
  package static let meanWalkSteps = Figure(
    "mean walk", label: "MEAN", .links, json: "mean_walk_steps", "Mean number of links over all objects served.")
  package static let longestWalkSteps = Figure(
    "longest walk", label: "MAX", .links, json: "longest_walk_steps", "Largest number of links of any object served.")
  package static let retries = Figure(
    "retries", .times, json: "retries", metric: .counter("general_cache_retries"),
    "Times that another thread changed the list of general caches first while the size was added.")
  package static let addedAt = Figure(
    "added", .microseconds, json: "added_at_us", "Time of the workload at which the size was added.")
  package static let retiredAt = Figure(
    "retired", .microseconds, json: "retired_at_us", "Time of the workload at which the size was retired.")
  package static let exportedCache = Figure(
    "exported cache", .none, json: "exported_cache", "Cache that was exported as this general cache.")

  /// The figures of one general cache (gnode).
  package static let ofGeneralCaches: [Figure] = [
    generalCacheSize, highestSetBit, generalCacheName, isInService, isAlias, served, walkSteps, meanWalkSteps,
    longestWalkSteps, retries, addedAt, retiredAt, exportedCache,
  ]
}
