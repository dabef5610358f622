"""What other billing systems invoiced, recomputed by the product's own functions: `make conformance`."""
