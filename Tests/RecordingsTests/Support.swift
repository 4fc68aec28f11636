@_exported import TestSupport

@testable import Recordings

/// Returns all events from the current position of a recording.
func allEvents(_ recording: inout Recording) throws -> [AllocationEvent] {
  var all: [AllocationEvent] = []
  var batch: [AllocationEvent] = []
  repeat {
    try recording.nextBatch(into: &batch)
    all += batch
  } while !batch.isEmpty
  return all
}

/// Ten events of a kernel trace: paired frees, one of them on another CPU, a free of NULL, and an unmatched free.
let sampleTrace = """
  # tracer: nop
  #
              bash-8138    [001] .....   658.474281: kmem_cache_alloc: call_site=getname+0x24/0x1f0 ptr=000000002158e3f1 name=names_cache bytes_req=4096 bytes_alloc=4096 gfp_flags=GFP_KERNEL node=-1 accounted=false
            <idle>-0       [000] ..s1.   658.474290: kmalloc: call_site=kmalloc_reserve+0x9e/0x100 ptr=00000000aaaa0001 bytes_req=1500 bytes_alloc=2048 gfp_flags=GFP_ATOMIC node=-1 accounted=false
     kworker/1:1H-77       [001] .....   658.474300: kfree: call_site=skb_release_data+0x16b/0x1d0 ptr=00000000aaaa0001
   Web Content: [x]-9      [001] d..2.   658.474301: kfree: call_site=ida_free+0x1/0x2 ptr=0000000000000000
              bash-8138    [001] .....   658.474310: kmem_cache_free: call_site=putname+0x1/0x2 ptr=000000002158e3f1 name=names_cache
              bash-8138    [001] .....   658.474311: kmem_cache_free: call_site=__fput+0x141/0x2a0 ptr=00000000bbbb0002 name=filp
              bash-8138    [001] .....   658.474312: sched_switch: prev_comm=bash next_comm=kfree
              bash-8138    [001] .....   658.474320: kmalloc: call_site=f+0x1/0x2 ptr=00000000cccc0003 bytes_req=11 bytes_alloc=16 gfp_flags=GFP_KERNEL node=-1 accounted=false
              bash-8138    [001] .....   658.474321: kmalloc: call_site=f+0x1/0x2 ptr=00000000cccc0003 bytes_req=12 bytes_alloc=16 gfp_flags=GFP_KERNEL node=-1 accounted=false

  """
