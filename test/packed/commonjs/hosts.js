// One route in each framework, as a host that uses `require` writes it. Each returns a listening server.
require('reflect-metadata')
const actrailExpress = require('@actrail/express')
const actrailKoa = require('@actrail/koa')
const actrailNest = require('@actrail/nestjs')
const { Controller, Delete, HttpCode, Module, Param } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const express = require('express')
const Koa = require('koa')

async function onExpress(trail) {
  const app = express()
  app.use(actrailExpress.audit(trail))
  app.delete('/projects/:id', (req, res) => {
    actrailExpress.annotate({ details: { by: 'express' } })
    res.sendStatus(204)
  })
  return app.listen(0, '127.0.0.1')
}

async function onKoa(trail) {
  const app = new Koa()
  app.use(actrailKoa.audit(trail))
  app.use(actrailKoa.audited('project.delete', { resource: { type: 'project', id: () => 'p1' } }))
  app.use((ctx) => {
    actrailKoa.annotate({ details: { by: 'koa' } })
    ctx.status = 204
  })
  return app.listen(0, '127.0.0.1')
}

async function onNest(trail) {
  class Projects {
    remove() {
      actrailNest.annotate({ details: { by: 'nest' } })
    }
  }
  Param('id')(Projects.prototype, 'remove', 0)
  for (const decorate of [Delete('projects/:id'), HttpCode(204), actrailNest.Audited('project.delete')]) {
    decorate(Projects.prototype, 'remove', Object.getOwnPropertyDescriptor(Projects.prototype, 'remove'))
  }
  Controller()(Projects)
  class App {}
  Module({ imports: [actrailNest.AuditModule.forRoot({ trail })], controllers: [Projects] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer()
}

module.exports = { onExpress, onKoa, onNest }
