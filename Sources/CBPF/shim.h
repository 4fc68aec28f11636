// libbpf: loads BPF programs and adapts them to the running kernel.
#ifndef SLABSCOPE_CBPF_SHIM_H
#define SLABSCOPE_CBPF_SHIM_H

#if !__has_include(<bpf/libbpf.h>)
#error "bpf/libbpf.h is missing: install the headers of libbpf (Debian, Ubuntu: apt-get install libbpf-dev), or build without the package trait BPF"
#endif

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#endif
