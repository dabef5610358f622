"""The values of the demo's pages, from the product's own queries and from what the machines hold."""
